/*
	A radio link between two network namespaces, in place of netem's delays, which not every
	kernel has: a TUN device in each namespace, connected like a Wi-Fi channel. One packet at
	a time is in the air, in either direction. It takes the time for its bits and the time that
	802.11 spends on each packet (waiting, preamble, acknowledgement). Then it travels for half
	of the round trip.

	radio NAMESPACE NAMESPACE ROUND_TRIP_MICROSECONDS BITS_PER_MICROSECOND OVERHEAD_MICROSECONDS

	It prints a line when both devices, "radio", exist, and ends with its standard input.
*/
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The queue is as long as an access point's. A packet that finds it full is lost. */
enum { kQueue = 512, kPacket = 2048 };

typedef struct {
	int64_t due;
	int to;
	size_t length;
	uint8_t data[kPacket];
} Packet;

static Packet gQueue[kQueue];
static size_t gFirst, gCount;
static int64_t gFree; /* when the channel is free */

static void fail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs("\n", stderr);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* A TUN device belongs to the namespace in which it was opened. */
static int openIn(const char* name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "radio" };
	char path[256];
	int namespace, fd;
	snprintf(path, sizeof path, "/run/netns/%s", name);
	if ((namespace = open(path, O_RDONLY)) < 0 || setns(namespace, CLONE_NEWNET) < 0)
		fail("radio: %s: %s", path, strerror(errno));
	if ((fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK)) < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		fail("radio: /dev/net/tun: %s", strerror(errno));
	close(namespace);
	return fd;
}

static void take(int from, int to, int64_t roundTrip, double rate, int64_t overhead)
{
	for (;;) {
		static uint8_t lost[kPacket];
		Packet* packet = &gQueue[(gFirst + gCount) % kQueue];
		ssize_t length = read(from, gCount < kQueue ? packet->data : lost, kPacket);
		if (length <= 0)
			return;
		if (gCount == kQueue)
			continue;
		int64_t begin = now();
		if (begin < gFree)
			begin = gFree;
		gFree = begin + overhead + (int64_t)((double)length * 8 / rate);
		packet->due = gFree + roundTrip / 2;
		packet->to = to;
		packet->length = (size_t)length;
		gCount++;
	}
}

static void give(void)
{
	while (gCount && gQueue[gFirst].due <= now()) {
		Packet* packet = &gQueue[gFirst];
		/* A full device loses the packet, as it would lose one from a network card. */
		if (write(packet->to, packet->data, packet->length) < 0 && errno != EAGAIN && errno != EIO)
			fail("radio: %s", strerror(errno));
		gFirst = (gFirst + 1) % kQueue;
		gCount--;
	}
}

int main(int argc, char* argv[])
{
	if (argc != 6)
		fail("radio NAMESPACE NAMESPACE ROUND_TRIP_MICROSECONDS BITS_PER_MICROSECOND OVERHEAD_MICROSECONDS");
	int64_t roundTrip = atoll(argv[3]), overhead = atoll(argv[5]);
	double rate = atof(argv[4]);
	if (roundTrip < 0 || overhead < 0 || !(rate > 0))
		fail("radio: invalid round trip, rate or overhead");
	int ends[2] = { openIn(argv[1]), openIn(argv[2]) };
	struct pollfd polled[3] = { { .fd = ends[0], .events = POLLIN }, { .fd = ends[1], .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN } };
	puts("ready");
	fflush(stdout);
	for (;;) {
		int64_t wait = gCount ? gQueue[gFirst].due - now() : 1000000;
		struct timespec timeout = { .tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000 };
		if (wait > 0 && ppoll(polled, 3, &timeout, NULL) < 0 && errno != EINTR)
			fail("radio: %s", strerror(errno));
		if (polled[2].revents)
			return 0;
		for (int i = 0; i < 2; i++)
			take(ends[i], ends[1 - i], roundTrip, rate, overhead);
		give();
	}
}
