/* The script's Listener: ECMA-419's, whose connections wait until the script reads them. */
#include "sockets.h"
#include "mc.xs.h"

#include <stdlib.h>

typedef struct {
	Socket socket;     /* first: report() and destroy() cast back */
	PcbListener* pcbs; /* NULL until it listens, and after close() */
} Listener;

void xs_listener_destructor(void* data);

static xsHostHooks listenerHooks = { xs_listener_destructor, socketMark, NULL };

static void report(Socket* socket)
{
	const Listener* listener = (Listener*)socket;
	size_t count;
	socketTake(socket);
	if (listener->pcbs && socket->onReadable && (count = pcbPending(listener->pcbs)) > 0)
		socketCall(socket, socket->onReadable, (int)count);
}

static void destroy(Socket* socket)
{
	free(socket);
}

static void notify(void* owner, int what)
{
	(void)what;
	socketTrigger(owner, kPcbReadable);
}

void xs_listener_constructor(xsMachine* the)
{
	Listener* listener = socketNew(the, sizeof *listener, &listenerHooks, report, destroy);
	char address[64] = "0.0.0.0";
	PcbText error;
	uint16_t port = localOptions(the, &listener->socket, address, sizeof address);
	/* Last, so that no option that throws leaves a socket behind. */
	listener->pcbs = pcbListen(address, port, listener, notify, error);
	if (!listener->pcbs)
		xsUnknownError("%s", error);
	xsRemember(listener->socket.object);
}

void xs_listener_destructor(void* data)
{
	Listener* listener = data;
	if (!listener)
		return;
	listener->socket.onReadable = NULL;
	if (listener->pcbs)
		pcbListenerClose(listener->pcbs);
	listener->pcbs = NULL;
	socketRelease(&listener->socket);
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
		xsForget(listener->socket.object);
		xsmcSetHostData(xsThis, NULL);
		xs_listener_destructor(listener);
	}
}

/* Puts the oldest connection that waits into the given TCP object. Returns undefined if none waits. */
void xs_listener_accept(xsMachine* the)
{
	Listener* listener = listenerOf(the);
	/* First, so that a TCP object that throws leaves the connection where it is. */
	if (!pcbPending(listener->pcbs))
		return;
	if (tcpAttach(the, &xsArg(0), listener->pcbs))
		xsResult = xsArg(0);
}

void xs_listener_get_left(xsMachine* the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)pcbLeft());
}

void xs_listener_get_port(xsMachine* the)
{
	xsmcSetInteger(xsResult, pcbListenerPort(listenerOf(the)->pcbs));
}
