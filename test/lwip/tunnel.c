/*
	Linux's own TCP as the peer: the wire ends in a TUN device, in a network namespace that
	belongs to the driver's thread and disappears with it. Time is that of the clock.
	Without root these scenarios are skipped.
*/
#include "pattern.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kBytes = 200 * 1000, kPeerPort = 8080, kPatience = 25 * 1000 };
static const char kPeerText[] = "10.0.0.2", kDeviceText[] = "10.0.0.1";

static int gTunnel = -1;
static uint32_t gBegin;
static uint64_t gClockBegin;

/* The tunnel */

static void skip(const char* why)
{
	printf("%s: %s\n", why, strerror(errno));
	exit(kSkipped);
}

static uint64_t clockNow(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct sockaddr_in at(const char* text, uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	inet_pton(AF_INET, text, &address.sin_addr);
	return address;
}

static void toTunnel(const uint8_t* packet, size_t length)
{
	/* The device's IPv6 is of no interest here. A full queue loses the packet. */
	if (packet[0] >> 4 == 4 && write(gTunnel, packet, length) < 0 && errno != EAGAIN)
		worldFail("the tunnel: %s", strerror(errno));
}

static void setAddress(int control, struct ifreq* request, unsigned long code, const char* text)
{
	struct sockaddr_in address = at(text, 0);
	memcpy(&request->ifr_addr, &address, sizeof address);
	if (ioctl(control, code, request) < 0)
		worldFail("the tunnel's address: %s", strerror(errno));
}

static void openTunnel(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int control;
	if (unshare(CLONE_NEWNET) < 0)
		skip("no network namespace (root can make one)");
	gTunnel = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (gTunnel < 0 || ioctl(gTunnel, TUNSETIFF, &request) < 0)
		skip("no TUN device");
	control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	setAddress(control, &request, SIOCSIFADDR, kPeerText);
	setAddress(control, &request, SIOCSIFNETMASK, "255.255.255.0");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(control, SIOCSIFFLAGS, &request) < 0)
		worldFail("the tunnel: %s", strerror(errno));
	close(control);
	wireReceiver(toTunnel);
	gBegin = worldNow();
	gClockBegin = clockNow();
}

static void closeTunnel(void)
{
	wireReceiver(peersReceive);
	close(gTunnel);
}

/* Moves packets, as time passes, until this descriptor is ready, or for a moment. */
static void turn(int descriptor, short events)
{
	struct pollfd polled[] = { { gTunnel, POLLIN, 0 }, { descriptor, events, 0 } };
	uint8_t packet[2048];
	ssize_t length;
	worldAdvance(gBegin + (uint32_t)(clockNow() - gClockBegin));
	while (wirePump())
		worldQuiet();
	poll(polled, descriptor < 0 ? 1 : 2, 1);
	while ((length = read(gTunnel, packet, sizeof packet)) > 0)
		if (packet[0] >> 4 == 4)
			wireSend(packet, (size_t)length);
}

static void turnFor(uint32_t milliseconds)
{
	for (uint32_t end = worldNow() + milliseconds; (int32_t)(end - worldNow()) > 0;)
		turn(-1, 0);
	worldQuiet();
}

/* A peer on Linux's sockets */

static int connectToDevice(void)
{
	struct sockaddr_in device = at(kDeviceText, kPort);
	int peer = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (connect(peer, (struct sockaddr*)&device, sizeof device) < 0 && errno != EINPROGRESS)
		worldFail("connect(): %s", strerror(errno));
	return peer;
}

/* Sends a pattern and an end, and reads a pattern up to its end. */
static void exchange(int peer, size_t toSend, size_t toReceive)
{
	size_t sentBytes = 0, receivedBytes = 0;
	bool sent = false;
	uint32_t end = worldNow() + kPatience;
	for (;;) {
		uint8_t data[4096];
		ssize_t length;
		if ((int32_t)(worldNow() - end) > 0)
			worldFail("%zu bytes are sent, and %zu received", sentBytes, receivedBytes);
		turn(peer, (short)(sent ? POLLIN : POLLIN | POLLOUT));
		if (!sent && sentBytes < toSend) {
			size_t rest = toSend - sentBytes < sizeof data ? toSend - sentBytes : sizeof data;
			fillPattern(data, sentBytes, rest);
			length = send(peer, data, rest, MSG_NOSIGNAL);
			if (length > 0)
				sentBytes += (size_t)length;
		}
		if (!sent && sentBytes == toSend)
			sent = shutdown(peer, SHUT_WR) == 0;
		while ((length = recv(peer, data, sizeof data, 0)) > 0)
			for (ssize_t i = 0; i < length; i++)
				if (data[i] != patternAt(receivedBytes++))
					worldFail("byte %zu is wrong", receivedBytes - 1);
		if (length == 0)
			break;
		if (errno != EAGAIN && errno != ENOTCONN)
			worldFail("recv(): %s", strerror(errno));
	}
	EXPECT(sent);
	EQUAL(receivedBytes, toReceive);
}

static void transfersIn(Weather weather, int count)
{
	Server server = { 0 };
	serverOpen(&server, &kPattern);
	openTunnel();
	gWeather = weather;
	for (int i = 0; i < count; i++) {
		Transfer transfer = { .toRead = kBytes, .toWrite = kBytes, .ends = true };
		int peer = connectToDevice();
		server.state = &transfer;
		exchange(peer, kBytes, kBytes);
		close(peer);
		for (int wait = 0; wait < 100 && !transfer.ended; wait++)
			turnFor(50);
		EQUAL(transfer.read, kBytes);
		EXPECT(transfer.ended && !transfer.wrong && !transfer.failed);
		serverEach(&server, leave);
	}
	gWeather = (Weather){ 0 };
	turnFor(100);
	closeTunnel();
	serverClose(&server);
}

static void transfers(void)
{
	transfersIn((Weather){ 0 }, 10);
}

static void transfersWithLoss(void)
{
	transfersIn((Weather){ .loss = 10, .repeat = 10, .reorder = 20 }, 1);
}

static void resetsOfLinux(void)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	openTunnel();
	for (int i = 0; i < 20; i++) {
		int peer = connectToDevice();
		for (int wait = 0; wait < 1000 && server.accepted == (unsigned)i; wait++)
			turnFor(5);
		if (i % 2)
			EXPECT(send(peer, "unread", 6, MSG_NOSIGNAL) == 6);
		setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(peer);
		for (int wait = 0; wait < 1000 && server.errors == (unsigned)i; wait++)
			turnFor(5);
	}
	EQUAL(server.accepted, 20);
	EQUAL(server.errors, 20);
	EQUAL(blocks(), 0);
	closeTunnel();
	serverClose(&server);
}

static void connectIt(void* data)
{
	Server* server = data;
	server->sockets[server->count++] = scriptConnect(kPeerText, kPeerPort, &kPattern, server);
}

static void connectToLinux(void)
{
	Transfer transfer = { .toRead = kBytes, .toWrite = kBytes, .ends = true };
	Server server = { .state = &transfer };
	struct sockaddr_in address = at(kPeerText, kPeerPort);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), peer = -1;
	openTunnel();
	close(listener);
	/* In the namespace of the tunnel. */
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr*)&address, sizeof address) < 0 || listen(listener, 1) < 0)
		worldFail("listen(): %s", strerror(errno));
	inMachine(connectIt, &server);
	for (uint32_t end = worldNow() + kPatience; peer < 0 && (int32_t)(end - worldNow()) > 0;) {
		turn(listener, POLLIN);
		peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	}
	EXPECT(peer >= 0);
	exchange(peer, kBytes, kBytes);
	for (int wait = 0; wait < 100 && !transfer.ended; wait++)
		turnFor(50);
	EXPECT(transfer.ended && !transfer.failed && !transfer.wrong);
	close(peer);
	close(listener);
	turnFor(50);
	closeTunnel();
	inMachine((void (*)(void*))leave, server.sockets[0]);
}

const Scenario kTunnelScenarios[] = {
	{ "Linux as the peer: large transfers both ways", transfers },
	{ "Linux as the peer: large transfers both ways, with loss", transfersWithLoss },
	{ "Linux as the peer: resets", resetsOfLinux },
	{ "Linux as the peer: connect", connectToLinux },
	{ 0 },
};
