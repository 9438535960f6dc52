/* Listeners on Linux: accepted sockets wait until the script reads them, like lwIP's pending blocks. */
#include "pcb-sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	kBoardBacklog = 64, /* peers that wait in the kernel; lwIP would not answer them */
	kPending = 16,
	kAcceptPause = 100 * 1000, /* microseconds, after accept() failed for lack of resources */
};

struct PcbListener {
	LoopWatch watch; /* first: ready() casts back */
	LoopTimer timer;
	PcbListener* next;
	void* owner;
	PcbNotify notify;
	Pcb* pending[kPending];
	size_t count;
};

static PcbListener* gListeners;

static void interest(PcbListener* listener)
{
	/* Without a free block, lwIP leaves a SYN unanswered and the peer tries again. Here it waits in the backlog. */
	bool room = listener->count < kPending && pcbFree() && !listener->timer.armed;
	loopWatch(&listener->watch, room ? EPOLLIN : 0);
}

static void blockFreed(void)
{
	for (PcbListener* listener = gListeners; listener; listener = listener->next)
		interest(listener);
}

static void pauseOver(LoopTimer* timer)
{
	interest((PcbListener*)((uint8_t*)timer - offsetof(PcbListener, timer)));
}

static void ready(LoopWatch* watch, uint32_t events)
{
	PcbListener* listener = (PcbListener*)watch;
	(void)events;
	while (listener->count < kPending && pcbFree()) {
		struct sockaddr_in peer = { 0 };
		socklen_t size = sizeof peer;
		int fd = -1;
		if (faultActive(kFaultAccept))
			errno = EMFILE;
		else
			fd = accept4(watch->fd, (struct sockaddr*)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			/* EMFILE and similar errors would come again at once. */
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				loopArm(&listener->timer, kAcceptPause);
			break;
		}
		listener->pending[listener->count++] = pcbAdopt(fd, &peer);
	}
	if (listener->count)
		listener->notify(listener->owner, 0);
	interest(listener);
}

/* Returns a listening socket, or -1 and an error if it cannot listen. */
static int listenAt(const char* text, uint16_t port, PcbText error)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, fd;
	if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
		snprintf(error, sizeof(PcbText), "%s is not an IPv4 address", text);
		return -1;
	}
	/* tcp_listen() returns its block, but needs one first. */
	fd = pcbTake() ? socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0) {
		snprintf(error, sizeof(PcbText), "no socket");
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	pcbSegments(fd);
	if (gOptions.board) {
		int window = (int)gOptions.sendWindow;
		/* The receive buffer, which accepted sockets inherit. If it were set on those, a window of 64 kB would already
		   be promised (tcp(7)): peers then send beyond it, and Linux discards such segments, even their
		   acknowledgements. */
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
	}
	if (!bind(fd, (struct sockaddr*)&address, sizeof address) &&
		!listen(fd, gOptions.board ? kBoardBacklog : SOMAXCONN))
		return fd;
	if (errno == EADDRINUSE)
		snprintf(error, sizeof(PcbText), "port %u on %s is in use: end what uses it, or choose another", port, text);
	else if (errno == EACCES)
		snprintf(error, sizeof(PcbText), "port %u needs privileges: choose one above 1023", port);
	else if (errno == EADDRNOTAVAIL)
		snprintf(error, sizeof(PcbText), "%s is not an address of this machine: choose another with --host", text);
	else
		snprintf(error, sizeof(PcbText), "cannot listen on %s:%u: %s", text, port, strerror(errno));
	close(fd);
	return -1;
}

PcbListener* pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error)
{
	PcbListener* listener;
	int fd = listenAt(address, port, error);
	if (fd < 0)
		return NULL;
	listener = calloc(1, sizeof *listener);
	if (!listener)
		hostFail("no memory");
	listener->watch.fd = fd;
	listener->watch.ready = ready;
	listener->timer.fire = pauseOver;
	listener->owner = owner;
	listener->notify = notify;
	listener->next = gListeners;
	gListeners = listener;
	pcbOnFree(blockFreed);
	interest(listener);
	return listener;
}

size_t pcbPending(const PcbListener* listener)
{
	return listener->count;
}

Pcb* pcbAccept(PcbListener* listener)
{
	Pcb* pcb;
	if (!listener->count)
		return NULL;
	pcb = listener->pending[0];
	memmove(listener->pending, listener->pending + 1, --listener->count * sizeof *listener->pending);
	interest(listener);
	return pcb;
}

uint16_t pcbListenerPort(const PcbListener* listener)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	getsockname(listener->watch.fd, (struct sockaddr*)&address, &size);
	return ntohs(address.sin_port);
}

void pcbListenerClose(PcbListener* listener)
{
	PcbListener** address = &gListeners;
	while (*address != listener)
		address = &(*address)->next;
	*address = listener->next;
	loopDisarm(&listener->timer);
	loopWatch(&listener->watch, 0);
	close(listener->watch.fd);
	while (listener->count)
		pcbClose(listener->pending[--listener->count]);
	free(listener);
}
