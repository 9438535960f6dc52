/*
	TCP control blocks on non-blocking sockets: hosts/common/sockets/pcb.h on Linux.

	In the board profile they have the limits of lwIP on the ESP32-S3: a send buffer of
	one window, which holds unsent and unacknowledged bytes, a receive buffer of the
	same size, segments of 1,436 bytes, and 16 blocks in all. A listener takes none of
	these: esp-lwip counts blocks from MEMP_TCP_PCB (memp.c), and tcp_listen() changes
	to a block from MEMP_TCP_PCB_LISTEN. After close() a block stays until the peer has
	also closed, as lwIP's does in FIN_WAIT, but not longer than two seconds, and gives
	way to a new connection once the peer has acknowledged everything (pcb-lwip.c).
	(TIME_WAIT is not simulated: lwIP evicts those blocks when it needs one.)
*/
#include "pcb-sockets.h"
#include "xsHost.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	kBoardBlocks = 16,
	kHostBlocks = 1000,         /* no limit, as far as the script is concerned */
	kSegment = 1436,            /* TCP_MSS of the SDK's sdkconfig */
	kFinWait = 2 * 1000 * 1000, /* microseconds: LWIP_TCP_FIN_WAIT_TIMEOUT of the boards' sdkconfig */
	kDirect = 2048,             /* writes of this size or more go to the kernel at once, without a copy */
	kGonePoll = 20 * 1000,      /* microseconds until a vanished peer is checked again */
	kPollFirst = 1000, /* microseconds until the first check for acknowledgements; each later pause is twice as long */
};

typedef struct {
	uint8_t* data;
	size_t start, length, capacity;
} Buffer;

struct Pcb {
	LoopWatch watch; /* first: ready() casts back */
	LoopTimer timer; /* acknowledgement polls; after close also FIN_WAIT's end */
	Pcb* next;
	void* owner;
	PcbNotify notify;
	Buffer in, out;
	size_t unacknowledged; /* at the last check, including out */
	uint64_t born;
	uint64_t waitsUntil;  /* FIN_WAIT's end, or 0 if the FIN is not sent */
	uint64_t yieldsSince; /* when the FIN was found to be acknowledged, or 0 */
	uint32_t poll;
	char remote[INET6_ADDRSTRLEN];
	uint16_t remotePort;
	bool connecting, ended, reset, closing, corked, ending, shut;
};

static Pcb* gPcbs;
static size_t gCount, gYielding;
static void (*gOnFree)(void);

static void ready(LoopWatch* watch, uint32_t events);
static void timerFired(LoopTimer* timer);

/* Buffers: they grow up to the window when used, so an idle connection costs little */

static uint8_t* bufferRoom(Buffer* buffer, size_t length)
{
	if (buffer->start + buffer->length + length > buffer->capacity) {
		if (buffer->length)
			memmove(buffer->data, buffer->data + buffer->start, buffer->length);
		buffer->start = 0;
		if (buffer->length + length > buffer->capacity) {
			buffer->capacity = buffer->length + length;
			buffer->data = realloc(buffer->data, buffer->capacity);
			if (!buffer->data)
				hostFail("no memory");
		}
	}
	return buffer->data + buffer->start + buffer->length;
}

static void bufferTake(Buffer* buffer, size_t length)
{
	buffer->start += length;
	buffer->length -= length;
	if (!buffer->length)
		buffer->start = 0;
}

/* Life */

size_t pcbCount(void)
{
	return gCount;
}

size_t pcbLeft(void)
{
	if (!gOptions.board)
		return kHostBlocks;
	return kBoardBlocks + gYielding - gCount;
}

bool pcbFree(void)
{
	return pcbLeft() > 0;
}

void pcbOnFree(void (*callback)(void))
{
	gOnFree = callback;
}

/* All of it runs on the machine's thread, where a full queue ends the process: see xsHost.h. */
bool pcbPost(PcbMessage* message)
{
	return modMessagePostToMachine(message->the, NULL, 0, message->deliver, message->refcon) == 0;
}

static uint32_t atMostPoll(uint32_t microseconds)
{
	return microseconds < gOptions.pollMost ? microseconds : (uint32_t)gOptions.pollMost;
}

static Pcb* create(int fd)
{
	Pcb* pcb = calloc(1, sizeof *pcb);
	if (!pcb)
		hostFail("no memory");
	pcbTake();
	pcb->watch.fd = fd;
	pcb->watch.ready = ready;
	pcb->timer.fire = timerFired;
	pcb->poll = atMostPoll(kPollFirst);
	pcb->born = loopNow();
	pcb->next = gPcbs;
	gPcbs = pcb;
	gCount++;
	if (gOptions.board) {
		int window = (int)gOptions.sendWindow;
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
	}
	return pcb;
}

static void destroy(Pcb* pcb)
{
	Pcb** address = &gPcbs;
	while (*address != pcb)
		address = &(*address)->next;
	*address = pcb->next;
	gCount--;
	gYielding -= pcb->yieldsSince != 0;
	loopDisarm(&pcb->timer);
	loopWatch(&pcb->watch, 0);
	close(pcb->watch.fd);
	free(pcb->in.data);
	free(pcb->out.data);
	free(pcb);
	if (gOnFree)
		gOnFree();
}

/* Makes close() reset the connection and discard unsent bytes. */
static void abandon(Pcb* pcb)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	setsockopt(pcb->watch.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

bool pcbTake(void)
{
	Pcb* oldest = NULL;
	if (!gOptions.board || gCount < kBoardBlocks)
		return true;
	for (Pcb* pcb = gPcbs; pcb; pcb = pcb->next)
		if (pcb->yieldsSince && (!oldest || pcb->yieldsSince < oldest->yieldsSince))
			oldest = pcb;
	if (!oldest)
		return false;
	/* As tcp_kill_prio() does. */
	abandon(oldest);
	destroy(oldest);
	return true;
}

void pcbCloseAll(void)
{
	gOnFree = NULL;
	while (gPcbs)
		destroy(gPcbs);
}

/* Reports whether the peer has vanished: it takes and sends nothing, not even its end. Later peers are not affected. */
static bool gone(const Pcb* pcb)
{
	return faultBegan(kFaultHalfOpen) > pcb->born;
}

static void interest(Pcb* pcb)
{
	uint32_t events = 0;
	if (pcb->connecting)
		events = EPOLLOUT;
	else if (!gone(pcb)) {
		/* A full receive buffer closes the window. */
		if (!pcb->ended && pcb->in.length < gOptions.sendWindow)
			events |= EPOLLIN;
		if (pcb->out.length && !pcb->reset)
			events |= EPOLLOUT;
		/* A reset must be noticed even while nothing is read or written. */
		if (!pcb->reset && !pcb->closing)
			events |= EPOLLERR;
	}
	else if (!pcb->closing && !pcb->timer.armed)
		loopArm(&pcb->timer, kGonePoll);
	loopWatch(&pcb->watch, events);
}

static void tell(Pcb* pcb, int what)
{
	if (pcb->notify && !pcb->closing)
		pcb->notify(pcb->owner, what);
}

/* After a reset, what the peer sent before is of no use either: it would get no answer. */
static void lost(Pcb* pcb)
{
	pcb->ended = pcb->reset = true;
	bufferTake(&pcb->in, pcb->in.length);
	tell(pcb, kPcbError);
}

/* The connection's flushes make the packets; Nagle's delay would only add to lwIP's own. Also pushes what is held back. */
static void setNoDelay(Pcb* pcb)
{
	int on = 1;
	setsockopt(pcb->watch.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void pcbSegments(int fd)
{
	int segment = kSegment;
	if (gOptions.board)
		setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

static void setRemote(Pcb* pcb, const struct sockaddr_in* peer)
{
	inet_ntop(AF_INET, &peer->sin_addr, pcb->remote, sizeof pcb->remote);
	pcb->remotePort = ntohs(peer->sin_port);
}

const char* pcbRemote(const Pcb* pcb, uint16_t* port)
{
	*port = pcb->remotePort;
	return pcb->remote;
}

Pcb* pcbAdopt(int fd, const struct sockaddr_in* peer)
{
	Pcb* pcb = create(fd);
	setRemote(pcb, peer);
	setNoDelay(pcb);
	interest(pcb);
	return pcb;
}

Pcb* pcbConnect(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd;
	Pcb* pcb;
	if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		snprintf(error, sizeof(PcbText), "invalid address");
		return NULL;
	}
	if (!pcbFree() || (fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) < 0) {
		snprintf(error, sizeof(PcbText), "no socket");
		return NULL;
	}
	pcbSegments(fd);
	pcb = create(fd);
	setNoDelay(pcb);
	if (connect(fd, (struct sockaddr*)&to, sizeof to) < 0 && errno != EINPROGRESS) {
		destroy(pcb);
		snprintf(error, sizeof(PcbText), "connect error");
		return NULL;
	}
	pcbOwn(pcb, owner, notify);
	setRemote(pcb, &to);
	pcb->connecting = true;
	interest(pcb);
	return pcb;
}

void pcbOwn(Pcb* pcb, void* owner, PcbNotify notify)
{
	pcb->owner = owner;
	pcb->notify = notify;
}

static bool finAcknowledged(const Pcb* pcb)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;
	getsockopt(pcb->watch.fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	return info.tcpi_state == TCP_FIN_WAIT2;
}

static void finWait(Pcb* pcb)
{
	uint64_t now = loopNow(), left = pcb->waitsUntil - now;
	if (now >= pcb->waitsUntil) {
		destroy(pcb);
		return;
	}
	if (gOptions.board && finAcknowledged(pcb)) {
		pcb->yieldsSince = now;
		gYielding++;
	}
	else if (gOptions.board && pcb->poll < left) {
		left = pcb->poll;
		pcb->poll = atMostPoll(pcb->poll * 2);
	}
	loopArm(&pcb->timer, left);
	if (pcb->yieldsSince && gOnFree)
		gOnFree();
}

static void finish(Pcb* pcb)
{
	/* Everything is sent: sends a FIN, then waits for the peer to close. */
	shutdown(pcb->watch.fd, SHUT_WR);
	if (pcb->ended)
		destroy(pcb);
	else {
		pcb->poll = atMostPoll(kPollFirst);
		pcb->waitsUntil = loopNow() + kFinWait;
		interest(pcb);
		finWait(pcb);
	}
}

void pcbClose(Pcb* pcb)
{
	bool unread = pcb->in.length > 0;
	pcb->notify = NULL;
	pcb->closing = true;
	if (unread || pcb->reset || pcb->connecting) {
		abandon(pcb);
		destroy(pcb);
		return;
	}
	pcbFlush(pcb);
	if (pcb->reset)
		destroy(pcb);
	else if (!pcb->out.length && !gone(pcb))
		finish(pcb);
	else
		loopArm(&pcb->timer, (uint64_t)gOptions.lastWords * 1000);
}

void pcbAbort(Pcb* pcb)
{
	pcb->notify = NULL;
	pcb->closing = true;
	abandon(pcb);
	destroy(pcb);
}

void pcbEnd(Pcb* pcb)
{
	pcb->ending = true;
}

/* Input */

static void receive(Pcb* pcb)
{
	for (;;) {
		size_t room = gOptions.sendWindow - pcb->in.length;
		ssize_t count;
		if (!room)
			return;
		count = recv(pcb->watch.fd, bufferRoom(&pcb->in, room), room, 0);
		if (count > 0 && pcb->closing) {
			/* lwIP answers a peer that sends after close() with a reset (tcp_in.c, TF_RXCLOSED). */
			abandon(pcb);
			pcb->ended = pcb->reset = true;
			return;
		}
		else if (count > 0) {
			pcb->in.length += (size_t)count;
			tell(pcb, kPcbReadable);
			if ((size_t)count < room)
				return;
		}
		else if (count < 0 && errno == EINTR)
			continue;
		else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		else if (count < 0) {
			lost(pcb);
			return;
		}
		else {
			pcb->ended = true;
			tell(pcb, kPcbEnd);
			return;
		}
	}
}

size_t pcbAvailable(const Pcb* pcb)
{
	return pcb->in.length;
}

/* lwIP's thread would have received what is still in the kernel. */
size_t pcbUnread(const Pcb* pcb)
{
	int waiting = 0;
	if (!gone(pcb))
		ioctl(pcb->watch.fd, FIONREAD, &waiting);
	return pcb->in.length + (size_t)waiting;
}

void pcbRead(Pcb* pcb, void* data, size_t length)
{
	memcpy(data, pcb->in.data + pcb->in.start, length);
	bufferTake(&pcb->in, length);
	interest(pcb);
}

bool pcbEnded(const Pcb* pcb)
{
	return pcb->ended;
}

bool pcbReset(const Pcb* pcb)
{
	return pcb->reset;
}

/* Output */

static size_t unacknowledged(Pcb* pcb)
{
	int queued = 0;
	if (gOptions.board)
		ioctl(pcb->watch.fd, SIOCOUTQ, &queued);
	return pcb->out.length + (size_t)queued;
}

size_t pcbRoom(Pcb* pcb)
{
	size_t used = unacknowledged(pcb);
	/* As lwIP, nothing is written after the FIN, even if that is not sent yet. */
	return !pcb->ending && used < gOptions.sendWindow ? gOptions.sendWindow - used : 0;
}

/* Sends the held bytes, then data. Returns how much of data the kernel took. */
static size_t transmit(Pcb* pcb, const void* data, size_t length, int flags)
{
	struct iovec parts[2] = {
		{ pcb->out.data + pcb->out.start, pcb->out.length },
		{ (void*)data, length },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	if (!pcb->out.length) {
		message.msg_iov = parts + 1;
		message.msg_iovlen = 1;
	}
	else if (!length)
		message.msg_iovlen = 1;
	if (gone(pcb))
		return 0;
	ssize_t count = -1;
	if (faultActive(kFaultSend))
		errno = ECONNRESET;
	else
		count = sendmsg(pcb->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT | flags);
	if (count < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && !pcb->reset)
			lost(pcb);
		return 0;
	}
	pcb->corked = (flags & MSG_MORE) != 0;
	size_t held = (size_t)count < pcb->out.length ? (size_t)count : pcb->out.length;
	bufferTake(&pcb->out, held);
	return (size_t)count - held;
}

static void writePiece(Pcb* pcb, const void* data, size_t length)
{
	pcb->unacknowledged += length;
	if (length >= kDirect && !pcb->connecting) {
		size_t sent = transmit(pcb, data, length, MSG_MORE);
		data = (const uint8_t*)data + sent;
		length -= sent;
	}
	if (length) {
		memcpy(bufferRoom(&pcb->out, length), data, length);
		pcb->out.length += length;
	}
}

void pcbWritePieces(Pcb* pcb, const PcbPiece* pieces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		writePiece(pcb, pieces[i].data, pieces[i].length);
}

/* Notifies the owner of acknowledged bytes, and checks again soon while others are outstanding. */
static void settle(Pcb* pcb)
{
	size_t now = unacknowledged(pcb);
	if (now < pcb->unacknowledged) {
		pcb->poll = atMostPoll(kPollFirst);
		if (!pcb->ending)
			tell(pcb, kPcbWritable);
	}
	pcb->unacknowledged = now;
	if (gOptions.board && now && !pcb->reset && !pcb->closing && !pcb->timer.armed) {
		loopArm(&pcb->timer, pcb->poll);
		pcb->poll = atMostPoll(pcb->poll * 2);
	}
}

void pcbFlush(Pcb* pcb)
{
	if (pcb->reset || pcb->connecting)
		return;
	if (pcb->out.length)
		transmit(pcb, NULL, 0, 0);
	else if (pcb->corked) {
		/* Setting the option, even again, pushes the bytes that MSG_MORE held back (tcp(7)). */
		setNoDelay(pcb);
		pcb->corked = false;
	}
	if (pcb->ending && !pcb->shut && !pcb->out.length && !gone(pcb)) {
		pcb->shut = true;
		shutdown(pcb->watch.fd, SHUT_WR);
	}
	settle(pcb);
	interest(pcb);
}

static void timerFired(LoopTimer* timer)
{
	Pcb* pcb = (Pcb*)((uint8_t*)timer - offsetof(Pcb, timer));
	if (pcb->closing && pcb->waitsUntil && !pcb->yieldsSince)
		finWait(pcb);
	else if (pcb->closing)
		destroy(pcb);
	else {
		settle(pcb);
		interest(pcb); /* the peer may be back */
	}
}

static void ready(LoopWatch* watch, uint32_t events)
{
	Pcb* pcb = (Pcb*)watch;
	if (pcb->connecting) {
		int error = 0;
		socklen_t size = sizeof error;
		getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		pcb->connecting = false;
		pcb->ended = pcb->reset = error != 0;
		tell(pcb, error ? kPcbError : kPcbConnected | kPcbWritable);
		interest(pcb);
		return;
	}
	if (gone(pcb)) {
		interest(pcb);
		return;
	}
	if (events & EPOLLERR && !pcb->closing && !pcb->reset)
		lost(pcb);
	else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !pcb->ended)
		receive(pcb);
	else if (events & EPOLLHUP && !pcb->closing && !pcb->reset)
		lost(pcb);
	if (events & EPOLLOUT && pcb->out.length)
		pcbFlush(pcb);
	if (pcb->closing) {
		if (pcb->reset || (pcb->ended && !pcb->out.length)) {
			destroy(pcb);
			return;
		}
		if (!pcb->out.length && events & EPOLLOUT)
			finish(pcb);
		else
			interest(pcb);
		return;
	}
	interest(pcb);
}
