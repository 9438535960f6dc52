/* The script's Listener: accepted sockets wait until the script reads them, like lwIP's pending blocks. */
#include "tcp.h"
#include "mc.xs.h"
#include "xsHost.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	kBoardBacklog = 64, /* peers that wait in the kernel; lwIP would not answer them */
	kPending = 16,
	kAcceptPause = 100 * 1000, /* microseconds, after accept() failed for lack of resources */
};

typedef struct Listener Listener;
struct Listener {
	LoopWatch watch; /* first: ready() casts back */
	LoopTimer timer;
	Listener* next;
	xsMachine* the;
	xsSlot object;
	xsSlot* onReadable;
	Pcb* pending[kPending];
	int count;
	int uses;
	bool triggered;
};

static Listener* gListeners;

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Listener* listener = data;
	if (listener && listener->onReadable)
		(*markRoot)(the, listener->onReadable);
}

void xs_listener_destructor(void* data);
static xsHostHooks listenerHooks = { xs_listener_destructor, mark, NULL };

static void release(Listener* listener)
{
	if (!--listener->uses)
		free(listener);
}

static void interest(Listener* listener)
{
	/* Without a free block, lwIP leaves a SYN unanswered and the peer tries again. Here it waits in the backlog. */
	bool room = listener->count < kPending && pcbFree() && !listener->timer.armed;
	loopWatch(&listener->watch, room ? EPOLLIN : 0);
}

static void blockFreed(void)
{
	for (Listener* listener = gListeners; listener; listener = listener->next)
		interest(listener);
}

static void pauseOver(LoopTimer* timer)
{
	interest((Listener*)((uint8_t*)timer - offsetof(Listener, timer)));
}

static void deliver(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Listener* listener = refcon;
	(void)the;
	(void)message;
	(void)messageLength;
	listener->triggered = false;
	if (listener->count && listener->onReadable) {
		xsBeginHost(listener->the);
		xsCallFunction1(xsReference(listener->onReadable), listener->object, xsInteger(listener->count));
		xsEndHost(listener->the);
	}
	release(listener);
}

static void ready(LoopWatch* watch, uint32_t events)
{
	Listener* listener = (Listener*)watch;
	(void)events;
	while (listener->count < kPending && pcbFree()) {
		int fd = -1;
		if (faultActive(kFaultAccept))
			errno = EMFILE;
		else
			fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			/* EMFILE and similar errors would come again at once. */
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				loopArm(&listener->timer, kAcceptPause);
			break;
		}
		listener->pending[listener->count++] = pcbAdopt(fd);
	}
	if (listener->count && !listener->triggered) {
		listener->triggered = true;
		listener->uses++;
		if (modMessagePostToMachine(listener->the, NULL, 0, deliver, listener))
			listener->uses--; /* the machine is ending */
	}
	interest(listener);
}

/* Returns a listening socket. Throws if it cannot listen. */
static int listenAt(xsMachine* the, const char* text, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int on = 1, fd;
	if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
		xsUnknownError("%s is not an IPv4 address", text);
	/* tcp_listen() returns its block, but needs one first. */
	fd = pcbFree() ? socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0)
		xsUnknownError("no socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	pcbSegments(fd);
	if (gOptions.board) {
		int window = (int)gOptions.sendWindow;
		/* The receive buffer, which accepted sockets inherit. If it were set on those, a window of 64 kB would already
		   be promised (tcp(7)): peers then send beyond it, and Linux discards such segments, even their
		   acknowledgements. */
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
	}
	if (bind(fd, (struct sockaddr*)&address, sizeof address) < 0 ||
		listen(fd, gOptions.board ? kBoardBacklog : SOMAXCONN) < 0) {
		int error = errno;
		close(fd);
		if (error == EADDRINUSE)
			xsUnknownError("port %d on %s is in use: end what uses it, or choose another", port, text);
		if (error == EACCES)
			xsUnknownError("port %d needs privileges: choose one above 1023", port);
		if (error == EADDRNOTAVAIL)
			xsUnknownError("%s is not an address of this machine: choose another with --host", text);
		xsUnknownError("cannot listen on %s:%d: %s", text, port, strerror(error));
	}
	return fd;
}

void xs_listener_constructor(xsMachine* the)
{
	char text[64] = "0.0.0.0";
	int port = 0;
	Listener* listener = calloc(1, sizeof *listener);
	if (!listener)
		hostFail("no memory");
	listener->uses = 1;
	listener->the = the;
	listener->watch.fd = -1;
	listener->watch.ready = ready;
	listener->timer.fire = pauseOver;
	xsmcSetHostData(xsThis, listener);
	xsSetHostHooks(xsThis, &listenerHooks);
	if (xsmcArgc) {
		listener->onReadable = optionCallback(the, xsID_onReadable);
		copyTarget(the);
		if (xsmcHas(xsArg(0), xsID_port))
			port = optionInteger(the, xsID_port, "port", 0, 65535);
		if (xsmcHas(xsArg(0), xsID_address)) {
			xsSlot slot;
			xsmcGet(slot, xsArg(0), xsID_address);
			if (xsmcTest(slot))
				xsmcToStringBuffer(slot, text, sizeof text);
		}
	}
	/* Last, so that no option that throws leaves a socket behind. */
	listener->watch.fd = listenAt(the, text, port);
	listener->next = gListeners;
	gListeners = listener;
	pcbOnFree(blockFreed);
	listener->object = xsThis;
	xsRemember(listener->object);
	interest(listener);
}

static void stopListening(Listener* listener)
{
	Listener** address = &gListeners;
	while (*address != listener)
		address = &(*address)->next;
	*address = listener->next;
	loopDisarm(&listener->timer);
	loopWatch(&listener->watch, 0);
	close(listener->watch.fd);
	listener->watch.fd = -1;
	while (listener->count)
		pcbClose(listener->pending[--listener->count]);
}

void xs_listener_destructor(void* data)
{
	Listener* listener = data;
	if (!listener)
		return;
	listener->onReadable = NULL;
	if (listener->watch.fd >= 0)
		stopListening(listener);
	release(listener);
}

static Listener* listenerOf(xsMachine* the)
{
	Listener* listener = xsmcGetHostDataValidate(xsThis, &listenerHooks);
	if (!listener)
		xsUnknownError("closed");
	return listener;
}

void xs_listener_close(xsMachine* the)
{
	Listener* listener = xsmcGetHostDataValidate(xsThis, &listenerHooks);
	if (listener) {
		xsForget(listener->object);
		xsmcSetHostData(xsThis, NULL);
		xs_listener_destructor(listener);
	}
}

/* Puts the oldest pending socket into the given TCP object. Returns undefined if none is pending. */
void xs_listener_accept(xsMachine* the)
{
	Listener* listener = listenerOf(the);
	if (!listener->count)
		return;
	tcpAttach(the, &xsArg(0), listener->pending[0]);
	memmove(listener->pending, listener->pending + 1, (size_t)--listener->count * sizeof *listener->pending);
	interest(listener);
	xsResult = xsArg(0);
}

void xs_listener_get_port(xsMachine* the)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	getsockname(listenerOf(the)->watch.fd, (struct sockaddr*)&address, &size);
	xsmcSetInteger(xsResult, ntohs(address.sin_port));
}
