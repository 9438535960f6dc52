/* The script's Listener: ECMA-419's, whose connections wait until the script reads them. */
#include "sockets.h"
#include "mc.xs.h"
#include "xsHost.h"

#include <stdlib.h>

typedef struct {
	xsMachine* the;
	PcbMessage message;
	xsSlot object;
	PcbListener* pcbs; /* NULL until it listens, and after close() */
	xsSlot* onReadable;
	int uses;      /* one for the object, one for a queued message; atomic, as is the next */
	int triggered; /* whether a message is queued */
} Listener;

void xs_listener_destructor(void* data);
static void mark(xsMachine* the, void* data, xsMarkRoot markRoot);

static xsHostHooks listenerHooks = { xs_listener_destructor, mark, NULL };

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Listener* listener = data;
	if (listener && listener->onReadable)
		(*markRoot)(the, listener->onReadable);
}

static void release(Listener* listener)
{
	if (!__atomic_sub_fetch(&listener->uses, 1, __ATOMIC_ACQ_REL))
		free(listener);
}

static void deliver(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Listener* listener = refcon;
	size_t count;
	(void)the;
	(void)message;
	(void)messageLength;
	__atomic_store_n(&listener->triggered, 0, __ATOMIC_SEQ_CST);
	if (listener->pcbs && listener->onReadable && (count = pcbPending(listener->pcbs)) > 0) {
		xsBeginHost(listener->the);
		xsCallFunction1(xsReference(listener->onReadable), listener->object, xsInteger((xsIntegerValue)count));
		xsEndHost(listener->the);
	}
	release(listener);
}

static void notify(void* owner, int what)
{
	Listener* listener = owner;
	(void)what;
	if (!__atomic_exchange_n(&listener->triggered, 1, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&listener->uses, 1, __ATOMIC_RELAXED);
		if (!pcbPost(&listener->message))
			__atomic_sub_fetch(&listener->uses, 1, __ATOMIC_RELAXED);
	}
}

void xs_listener_constructor(xsMachine* the)
{
	char address[64] = "0.0.0.0";
	int port = 0;
	PcbText error;
	Listener* listener = calloc(1, sizeof *listener);
	if (!listener)
		xsRangeError("no memory");
	listener->uses = 1;
	listener->the = the;
	listener->message = (PcbMessage){ .the = the, .deliver = deliver, .refcon = listener };
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
				xsmcToStringBuffer(slot, address, sizeof address);
		}
	}
	/* Last, so that no option that throws leaves a socket behind. */
	listener->object = xsThis;
	listener->pcbs = pcbListen(address, (uint16_t)port, listener, notify, error);
	if (!listener->pcbs)
		xsUnknownError("%s", error);
	xsRemember(listener->object);
}

void xs_listener_destructor(void* data)
{
	Listener* listener = data;
	if (!listener)
		return;
	listener->onReadable = NULL;
	if (listener->pcbs)
		pcbListenerClose(listener->pcbs);
	listener->pcbs = NULL;
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
