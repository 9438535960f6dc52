#include "load.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
	kSegment = 1448, /* data in a packet of 1,500 bytes on Ethernet and Wi-Fi */
	kSlowWindow = 16 * 1024,
};

static int gEpoll;

void fail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("yieldcam-load: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

void loopOpen(void)
{
	gEpoll = epoll_create1(EPOLL_CLOEXEC);
	if (gEpoll < 0)
		fail("epoll: %m");
}

static void control(int operation, Watch* watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };
	if (epoll_ctl(gEpoll, operation, watch->fd, &event) < 0)
		fail("epoll_ctl: %m");
}

void watchAdd(Watch* watch, uint32_t events)
{
	control(EPOLL_CTL_ADD, watch, events);
}

void watchChange(Watch* watch, uint32_t events)
{
	control(EPOLL_CTL_MOD, watch, events);
}

void watchRemove(Watch* watch)
{
	control(EPOLL_CTL_DEL, watch, 0);
}

void loopRun(int64_t until, bool (*done)(void), int64_t (*tick)(void))
{
	/* One at a time: the function for one event may close the descriptor of another. */
	struct epoll_event event;
	int64_t time;
	while ((time = now()) < until && !(done && done())) {
		int64_t next = tick ? tick() : until;
		int64_t wait = (next < until ? next : until) - time;
		struct timespec timeout = { .tv_sec = wait > 0 ? wait / 1000000 : 0,
			.tv_nsec = wait > 0 ? wait % 1000000 * 1000 : 0 };
		int ready = epoll_pwait2(gEpoll, &event, 1, &timeout, NULL);
		if (ready < 0 && errno != EINTR)
			fail("epoll_pwait2: %m");
		if (ready > 0) {
			Watch* watch = event.data.ptr;
			watch->ready(watch);
		}
	}
}

int connectTo(const struct sockaddr_in* address, bool slow)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("socket: %m");
	if (slow) {
		/* With loopback's segments of 64 kB, both ends together would hold megabytes before the server noticed. */
		int segment = kSegment, window = kSlowWindow;
		setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
	}
	if (connect(fd, (const struct sockaddr*)address, sizeof *address) < 0 && errno != EINPROGRESS)
		fail("connect: %m");
	return fd;
}
