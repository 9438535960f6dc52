/*
	UDP control blocks on non-blocking sockets: hosts/common/sockets/udp-pcb.h on Linux.

	In the board profile they have the limits of lwIP and of the Wi-Fi driver on the ESP32-S3:
	16 control blocks, packets of at most 1,472 bytes that arrive, since lwIP does not put
	fragments together, a few that wait, and transmit buffers that are free again once the
	radio has sent them. Without one, a packet is lost.
*/
#include "host.h"
#include "udp-pcb.h"
#include "esp_heap_caps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	kBoardBlocks = 16,         /* LWIP_MAX_UDP_PCBS */
	kPending = 16,             /* packets that wait, as in udp-lwip.c */
	kPendingBytes = 16 * 1024, /* their bytes, as in udp-lwip.c */
	kMostSent = 65535 - 28,    /* a packet's largest content: IPv4's limit, less the headers */
	kFragment = 1480,          /* of a packet with its header, in Ethernet's 1,500 bytes */
	kMostReceived = kFragment - 8,
	kHops = 255,
	kTransmitBuffers = 32, /* ESP_WIFI_CACHE_TX_BUFFER_NUM */
	kAirtime = 400,        /* microseconds for a full packet: some 28 Mbit/s */
	kLossOne = 20,         /* with kFaultUdpLoss, one packet of so many is lost */
};

struct UdpPcb {
	LoopWatch watch; /* first: ready() casts back */
	void* owner;
	PcbNotify notify;
	Datagram *first, **last;
	size_t count, bytes;
};

static size_t gCount;
static uint64_t gSent; /* when the radio will have sent what was given to it */
static uint32_t gRandom = 1;

static bool fails(PcbText error, const char* what, const char* problem)
{
	snprintf(error, sizeof(PcbText), "%s: %s", what, problem);
	return false;
}

static const char* problemOf(int error)
{
	switch (error) {
	case EADDRINUSE: return "the port is in use";
	case EINVAL:
	case EADDRNOTAVAIL: return "invalid address";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENODEV: return "no route to the address";
	default: return "no memory";
	}
}

/* Packets that wait */

static void receiveOne(UdpPcb* pcb, const uint8_t* data, size_t length, const struct sockaddr_in* from)
{
	Datagram* datagram = NULL;
	if (gOptions.board && length > kMostReceived)
		return;
	if (pcb->count < kPending && pcb->bytes + length <= kPendingBytes)
		datagram = heap_caps_malloc(sizeof *datagram + length, MALLOC_CAP_SPIRAM);
	if (!datagram)
		return;
	datagram->next = NULL;
	inet_ntop(AF_INET, &from->sin_addr, datagram->address, sizeof datagram->address);
	datagram->port = ntohs(from->sin_port);
	datagram->length = (uint16_t)length;
	memcpy(datagram->data, data, length);
	*pcb->last = datagram;
	pcb->last = &datagram->next;
	pcb->count++;
	pcb->bytes += length;
	pcb->notify(pcb->owner, 0);
}

static void ready(LoopWatch* watch, uint32_t events)
{
	static uint8_t data[65536];
	UdpPcb* pcb = (UdpPcb*)watch;
	(void)events;
	/* As many as a board gets between two turns, so that a flood leaves the loop to others. */
	for (int left = 64; left; left--) {
		struct sockaddr_in from;
		socklen_t size = sizeof from;
		ssize_t length = recvfrom(watch->fd, data, sizeof data, 0, (struct sockaddr*)&from, &size);
		if (length >= 0)
			receiveOne(pcb, data, (size_t)length, &from);
		/* Errors are those that a peer has caused: ICMP says that its port is closed. */
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
	}
}

size_t udpPending(const UdpPcb* pcb)
{
	return pcb->count;
}

Datagram* udpTake(UdpPcb* pcb)
{
	Datagram* datagram = pcb->first;
	if (datagram) {
		pcb->first = datagram->next;
		if (!pcb->first)
			pcb->last = &pcb->first;
		pcb->count--;
		pcb->bytes -= datagram->length;
	}
	return datagram;
}

/* Life */

UdpPcb* udpOpen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	static const char what[] = "no socket";
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(port) };
	int hops = kHops;
	if (address && inet_pton(AF_INET, address, &own.sin_addr) != 1) {
		fails(error, what, problemOf(EINVAL));
		return NULL;
	}
	if (gOptions.board && gCount == kBoardBlocks) {
		fails(error, what, problemOf(ENOMEM));
		return NULL;
	}
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr*)&own, sizeof own) < 0) {
		fails(error, what, problemOf(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	setsockopt(fd, IPPROTO_IP, IP_TTL, &hops, sizeof hops);
	setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
	UdpPcb* pcb = calloc(1, sizeof *pcb);
	if (!pcb)
		hostFail("no memory");
	pcb->watch.fd = fd;
	pcb->watch.ready = ready;
	pcb->owner = owner;
	pcb->notify = notify;
	pcb->last = &pcb->first;
	gCount++;
	loopWatch(&pcb->watch, EPOLLIN);
	return pcb;
}

uint16_t udpPort(const UdpPcb* pcb)
{
	struct sockaddr_in own = { 0 };
	socklen_t size = sizeof own;
	getsockname(pcb->watch.fd, (struct sockaddr*)&own, &size);
	return ntohs(own.sin_port);
}

void udpClose(UdpPcb* pcb)
{
	Datagram* datagram;
	loopWatch(&pcb->watch, 0);
	close(pcb->watch.fd);
	while ((datagram = udpTake(pcb)))
		heap_caps_free(datagram);
	free(pcb);
	gCount--;
}

/* Output */

/* Takes transmit buffers for a packet. Returns false if there are too few. */
static bool takeBuffers(size_t length)
{
	uint64_t now = loopNow(), airtime = 0, waiting;
	if (faultActive(kFaultUdpMemory))
		return false;
	if (!gOptions.board)
		return true;
	if (gSent < now)
		gSent = now;
	waiting = (gSent - now + kAirtime - 1) / kAirtime;
	for (length += 8; length; length -= length < kFragment ? length : kFragment) {
		if (waiting++ >= kTransmitBuffers)
			return false;
		airtime += kAirtime;
	}
	gSent += airtime;
	return true;
}

static bool isLost(void)
{
	if (!faultActive(kFaultUdpLoss))
		return false;
	/* The same packets in each run: Numerical Recipes' generator. */
	gRandom = gRandom * 1664525 + 1013904223;
	return (gRandom >> 16) % kLossOne == 0;
}

/* Returns 0, or an error of errno. */
static int sendPieces(UdpPcb* pcb, const struct sockaddr_in* to, const PcbPiece pieces[2])
{
	struct iovec parts[2] = {
		{ (void*)pieces[0].data, pieces[0].length },
		{ (void*)pieces[1].data, pieces[1].length },
	};
	struct msghdr message = {
		.msg_name = (void*)to,
		.msg_namelen = sizeof *to,
		.msg_iov = parts,
		.msg_iovlen = 2,
	};
	if (!takeBuffers(pieces[0].length + pieces[1].length))
		return ENOMEM;
	if (isLost() || sendmsg(pcb->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		return 0;
	/* A closed port of the peer's, of which ICMP said so after an earlier packet: lwIP does not care. */
	return errno == ECONNREFUSED ? 0 : errno;
}

bool udpSend(UdpPcb* pcb, const void* data, size_t length, const char* address, uint16_t port, PcbText error)
{
	static const char what[] = "the packet was not sent";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	PcbPiece pieces[2] = { { data, length } };
	int problem;
	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return fails(error, what, problemOf(EINVAL));
	if (length > kMostSent)
		return fails(error, what, "it is too long");
	problem = sendPieces(pcb, &to, pieces);
	return problem ? fails(error, what, problemOf(problem)) : true;
}

bool udpSendAll(UdpPcb* pcb, const char* address, uint16_t port, UdpNext next, void* packets)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	PcbPiece pieces[2];
	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return false;
	while (next(packets, pieces))
		if (sendPieces(pcb, &to, pieces))
			return false;
	return true;
}

/* Groups */

static bool changeGroup(UdpPcb* pcb, const char* group, int option, PcbText error, const char* what)
{
	struct ip_mreq request = { 0 };
	if (inet_pton(AF_INET, group, &request.imr_multiaddr) != 1 || !IN_MULTICAST(ntohl(request.imr_multiaddr.s_addr)))
		return fails(error, what, problemOf(EINVAL));
	/* Again: without effect, as in udp-lwip.c. */
	if (setsockopt(pcb->watch.fd, IPPROTO_IP, option, &request, sizeof request) < 0 &&
		!(option == IP_ADD_MEMBERSHIP && errno == EADDRINUSE))
		return fails(error, what, errno == EADDRNOTAVAIL ? "the socket is not a member" : problemOf(errno));
	return true;
}

bool udpJoin(UdpPcb* pcb, const char* group, PcbText error)
{
	return changeGroup(pcb, group, IP_ADD_MEMBERSHIP, error, "the group was not joined");
}

bool udpLeave(UdpPcb* pcb, const char* group, PcbText error)
{
	return changeGroup(pcb, group, IP_DROP_MEMBERSHIP, error, "the group was not left");
}
