/*
	libFuzzer's view of the simulator's host: the firmware on XS, in this process, over the same
	natives, fed by peers whose every byte the fuzzer chooses.

	Two things stand in for the world, by the linker's --wrap. Peers come through socket pairs and not
	through the network, so that a connection costs microseconds and leaves no port behind. And time
	passes only where the input says so, so that every deadline is reached, and no run waits.

	An input is what up to sixteen peers send: as many as the board has sockets, three more than it
	serves. FF begins an order to the harness, see order().
*/
#include "engine.h"
#include "host.h"
#include "xsmc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	kPeers = 16,
	kCrowd = 4,    /* peers that share an address; the others have one each */
	kBacklog = 64, /* of the listening socket: who comes when it is full gets no answer */
	kDescriptors = 1024,
	kMost = 24 * 1024, /* bytes of an input: more than any head or content may have */
	kTurns = 20000,    /* of the loop: who needs more for one order does not end at all */
	kSoon = 3,         /* milliseconds: the simulator's looks for acknowledgements are no deadlines */
	kMostTime =
		80, /* seconds that an input lets pass: for the longest deadlines one after another; it is what takes longest */
	kUntilGone = 60,      /* seconds: longer than any deadline */
	kUntilQuiet = 10,     /* seconds: what was set is written by then, and nothing else is under way */
	kBetweenChecks = 256, /* executions */
	kWarm = 1024,         /* executions until names, caches and pools have what they ever need */
	kSlack = 400,         /* slots that the heap may have more than then */
	kSlackBytes = 8192,   /* chunk bytes, likewise */
};

typedef struct {
	int fd;
	bool paused, finished, drip;
	size_t received;
	char head[16];
} Peer;

static void* gMachine;
static Peer gPeers[kPeers];
static uint64_t gNow = 1000 * 1000; /* microseconds */
static uint64_t gUntil;             /* when no order lets time pass any longer */
static int gAccepting[kBacklog];
static uint8_t gPeerOf[kDescriptors];
static size_t gAcceptingCount, gExecutions;
static bool gClosed, gSwift;
static HeapUse gWarmHeap;

/* One mark for each place of the bytecode: what libFuzzer takes for coverage of the script. */
#define SCRIPT_COUNTERS (1 << 16)
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t gScriptCounters[SCRIPT_COUNTERS];

/* Time */

int __wrap_clock_gettime(clockid_t clock, struct timespec* time)
{
	(void)clock;
	time->tv_sec = (time_t)(gNow / 1000000);
	time->tv_nsec = (long)(gNow % 1000000) * 1000;
	return 0;
}

int __wrap_gettimeofday(struct timeval* time, void* zone)
{
	(void)zone;
	time->tv_sec = (time_t)(gNow / 1000000);
	time->tv_usec = (suseconds_t)(gNow % 1000000);
	return 0;
}

/* And chance, so that an input does again what it did. */
uint32_t __wrap_randomNumber(void)
{
	return (uint32_t)rand();
}

/* The listening socket: readable as long as somebody waits */

static int gListening = -1;

int __wrap_socket(int domain, int type, int protocol)
{
	(void)domain, (void)type, (void)protocol;
	return gListening = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
}

int __wrap_bind(int fd, const struct sockaddr* address, socklen_t length)
{
	(void)fd, (void)address, (void)length;
	return 0;
}

int __wrap_listen(int fd, int backlog)
{
	(void)fd, (void)backlog;
	return 0;
}

int __wrap_accept4(int fd, struct sockaddr* address, socklen_t* length, int flags)
{
	uint64_t one;
	(void)address, (void)length, (void)flags;
	if (read(fd, &one, sizeof one) < 0)
		return -1;
	int accepted = gAccepting[0];
	memmove(gAccepting, gAccepting + 1, --gAcceptingCount * sizeof *gAccepting);
	return accepted;
}

/* Where a peer is: one address of many. */
int __wrap_getpeername(int fd, struct sockaddr* address, socklen_t* length)
{
	int peer = gPeerOf[fd];
	struct sockaddr_in from = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(50000 + peer)),
		.sin_addr.s_addr = htonl(0xc0a80410 + (uint32_t)(peer < kCrowd ? 0 : peer)),
	};
	memcpy(address, &from, *length < sizeof from ? *length : sizeof from);
	*length = sizeof from;
	return 0;
}

/* What the firmware asks for each request: a number that is another for each input, odd where it is to be closed. */
void xs_fuzz_trial(xsMachine* the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)(gExecutions * 2 + gClosed));
}

/* Peers */

static void connectPeer(Peer* peer)
{
	int ends[2];
	uint64_t one = 1;
	if (gAcceptingCount == kBacklog)
		return;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends))
		hostFail("socketpair: %m");
	*peer = (Peer){ .fd = ends[0] };
	if (ends[1] >= kDescriptors)
		hostFail("descriptors are left open");
	gPeerOf[ends[1]] = (uint8_t)(peer - gPeers);
	gAccepting[gAcceptingCount++] = ends[1];
	if (write(gListening, &one, sizeof one) < 0)
		hostFail("eventfd: %m");
}

/* Whether there was something. */
static bool receiveFrom(Peer* peer)
{
	char bytes[16384];
	if (peer->fd < 0 || peer->paused)
		return false;
	ssize_t count = recv(peer->fd, bytes, sizeof bytes, 0);
	if (count <= 0)
		return false;
	for (ssize_t i = 0; i < count && peer->received + (size_t)i < sizeof peer->head; i++)
		peer->head[peer->received + (size_t)i] = bytes[i];
	peer->received += (size_t)count;
	return true;
}

/* A turn of the loop, which does not wait. */
static void turn(void)
{
	if (loopMessages(gMachine))
		loopEvents(false);
}

/* Lets everything happen that happens at this time. */
static void settle(void)
{
	for (int turns = 0; turns < kTurns; turns++) {
		struct pollfd loop = { .fd = loopDescriptor(), .events = POLLIN };
		bool busy = false;
		for (int i = 0; i < kPeers; i++)
			busy |= receiveFrom(gPeers + i);
		int due = loopTimeout();
		if (due > 0 && due <= kSoon)
			gNow += (uint64_t)due * 1000;
		busy |= due >= 0 && due <= kSoon;
		if (!busy && poll(&loop, 1, 0) == 0)
			return;
		turn();
	}
	hostFail("the firmware is busy without end");
}

/* What comes next may find what came before unfinished: as where peers are many, and quick to leave. */
static void proceed(void)
{
	if (gSwift)
		turn();
	else
		settle();
}

static void pass(uint64_t milliseconds)
{
	uint64_t until = gNow + milliseconds * 1000;
	while (gNow < until) {
		int due = loopTimeout();
		uint64_t next = due < 0 ? until : gNow + (uint64_t)due * 1000;
		gNow = next < until ? next : until;
		settle();
	}
}

static void passAtMost(uint64_t milliseconds)
{
	uint64_t left = gUntil > gNow ? (gUntil - gNow) / 1000 : 0;
	pass(milliseconds < left ? milliseconds : left);
}

static void sendTo(Peer* peer, const uint8_t* bytes, size_t length)
{
	if (peer->fd < 0) {
		connectPeer(peer);
		proceed();
	}
	for (size_t at = 0; at < length && peer->fd >= 0 && !peer->finished;) {
		ssize_t count = send(peer->fd, bytes + at, peer->drip ? 1 : length - at, MSG_NOSIGNAL);
		if (count <= 0)
			break; /* it closed, or does not read: as a peer would find */
		at += (size_t)count;
		proceed();
	}
}

static void disconnect(Peer* peer)
{
	if (peer->fd < 0)
		return;
	size_t known = peer->received < 9 ? peer->received : 9;
	if (memcmp(peer->head, "HTTP/1.1 ", known) && memcmp(peer->head, "RTSP/1.0 ", known))
		hostFail("a response begins with \"%.9s\"", peer->head);
	close(peer->fd);
	peer->fd = -1;
	proceed();
}

static void order(uint8_t letter, Peer** current)
{
	Peer* peer = *current;
	switch (letter) {
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': *current = gPeers + (letter - '0'); break;
	case 'a':
	case 'b':
	case 'c':
	case 'd':
	case 'e':
	case 'f': *current = gPeers + 10 + (letter - 'a'); break;
	case 'F':
		if (peer->fd >= 0 && !peer->finished) {
			shutdown(peer->fd, SHUT_WR);
			peer->finished = true;
			proceed();
		}
		break;
	case 'R': disconnect(peer); break;
	case 'P': peer->paused = true; break;
	case 'G':
		peer->paused = false;
		proceed();
		break;
	case 'S': gSwift = !gSwift; break;
	case 'D': peer->drip = !peer->drip; break;
	case 't': passAtMost(100); break;
	case 'T': passAtMost(3000); break;
	case 'L': passAtMost(25000); break;
	}
}

/* Checks */

static void checkAlive(void)
{
	static const char request[] = "GET /status HTTP/1.1\r\nHost: cam\r\nConnection: close\r\n\r\n";
	Peer* peer = gPeers;
	sendTo(peer, (const uint8_t*)request, sizeof request - 1);
	for (int i = 0; i < 10 && peer->received < 12; i++)
		pass(100);
	if (peer->received < 12 || memcmp(peer->head, "HTTP/1.1 200", 12))
		hostFail("/status is answered with \"%.12s\"", peer->head);
	disconnect(peer);
}

static void everybodyLeaves(void)
{
	for (int i = 0; i < kPeers; i++)
		disconnect(gPeers + i);
	gSwift = false;
	settle();
	for (int i = 0; i < kUntilGone && pcbCount(); i++)
		pass(1000);
	if (pcbCount())
		hostFail("%zu sockets are left open", pcbCount());
	for (int i = 0; i < kUntilQuiet && loopTimeout() >= 0; i++)
		pass(1000);
	if (loopTimeout() >= 0)
		hostFail("something goes on although nobody is there");
}

/* Whether the order is anywhere in an input. */
static bool orders(const uint8_t* data, size_t size, uint8_t letter)
{
	const uint8_t* end = data + size;
	for (const uint8_t* mark = data; (mark = memchr(mark, 0xff, (size_t)(end - mark))) && mark + 1 < end; mark += 2) {
		if (mark[1] == letter)
			return true;
		if (mark + 2 == end)
			break;
	}
	return false;
}

static void checkHeap(void)
{
	HeapUse heap = machineHeap(gMachine, true);
	if (gExecutions <= kWarm)
		gWarmHeap = heap;
	else if (heap.slots > gWarmHeap.slots + kSlack || heap.chunks > gWarmHeap.chunks + kSlackBytes)
		hostFail("the heap grows: %zu slots and %zu bytes, and %zu and %zu were enough", heap.slots, heap.chunks,
			gWarmHeap.slots, gWarmHeap.chunks);
}

/* libFuzzer */

int LLVMFuzzerInitialize(int* argc, char*** argv)
{
	static char* arguments[64];
	char* text = getenv("YIELDCAM_FUZZ_HOST");
	int count = 1;
	(void)argc;
	if (!text)
		hostFail("YIELDCAM_FUZZ_HOST is not set: the host's arguments, one a line");
	arguments[0] = (*argv)[0];
	for (char* line = strtok(strdup(text), "\n"); line && count < 63; line = strtok(NULL, "\n"))
		arguments[count++] = line;
	optionsParse(count, arguments);
	for (int i = 0; i < kPeers; i++)
		gPeers[i].fd = -1;
	loopOpen();
	gMachine = machineCreate();
	machineRun(gMachine);
	settle();
	if (gListening < 0)
		hostFail("the firmware does not listen");
	checkAlive();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
	Peer* current = gPeers;
	if (size > kMost)
		return -1;
	/* Who may do what is told to a device before anybody reaches it. */
	gClosed = orders(data, size, 'A');
	gUntil = gNow + (uint64_t)kMostTime * 1000000;
	for (size_t at = 0; at < size;) {
		const uint8_t* mark = memchr(data + at, 0xff, size - at);
		size_t end = mark ? (size_t)(mark - data) : size;
		if (end > at)
			sendTo(current, data + at, end - at);
		if (mark && end + 1 < size) {
			if (data[end + 1] == 0xff)
				sendTo(current, mark, 1);
			else
				order(data[end + 1], &current);
		}
		at = end + 2;
	}
	everybodyLeaves();
	gClosed = false;
	if (++gExecutions % kBetweenChecks == 0) {
		checkAlive();
		everybodyLeaves();
		checkHeap();
	}
	return 0;
}
