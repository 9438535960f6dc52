/* Messages about a socket's events, and the options of its constructor. */
#include "sockets.h"
#include "mc.xs.h"
#include "xsHost.h"

#include <stdlib.h>

static void deliver(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Socket* socket = refcon;
	(void)the;
	(void)message;
	(void)messageLength;
	socket->report(socket);
	socketRelease(socket);
}

void* socketNew(
	xsMachine* the, size_t size, xsHostHooks* hooks, void (*report)(Socket* socket), void (*destroy)(Socket* socket))
{
	Socket* socket = calloc(1, size);
	if (!socket)
		xsRangeError("no memory");
	socket->the = the;
	socket->object = xsThis;
	socket->message = (PcbMessage){ .the = the, .deliver = deliver, .refcon = socket };
	socket->report = report;
	socket->destroy = destroy;
	socket->uses = 1;
	xsmcSetHostData(xsThis, socket);
	xsSetHostHooks(xsThis, hooks);
	return socket;
}

void socketMark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Socket* socket = data;
	if (socket && socket->onReadable)
		(*markRoot)(the, socket->onReadable);
}

void socketTrigger(Socket* socket, int events)
{
	if (!__atomic_fetch_or(&socket->triggered, events, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&socket->uses, 1, __ATOMIC_RELAXED);
		if (!pcbPost(&socket->message))
			__atomic_sub_fetch(&socket->uses, 1, __ATOMIC_RELAXED);
	}
}

int socketTake(Socket* socket)
{
	return __atomic_exchange_n(&socket->triggered, 0, __ATOMIC_SEQ_CST);
}

void socketCall(const Socket* socket, xsSlot* callback, int count)
{
	xsBeginHost(socket->the);
	if (count < 0)
		xsCallFunction0(xsReference(callback), socket->object);
	else
		xsCallFunction1(xsReference(callback), socket->object, xsInteger(count));
	xsEndHost(socket->the);
}

void socketRelease(Socket* socket)
{
	if (!__atomic_sub_fetch(&socket->uses, 1, __ATOMIC_ACQ_REL))
		socket->destroy(socket);
}

/* Options */

xsSlot* optionCallback(xsMachine* the, xsIdentifier id)
{
	xsSlot slot;
	if (!xsmcHas(xsArg(0), id))
		return NULL;
	xsmcGet(slot, xsArg(0), id);
	if (!xsmcTest(slot))
		return NULL;
	if (!xsmcIsCallable(slot))
		xsTypeError("callbacks must be functions");
	return xsmcToReference(slot);
}

uint16_t optionPort(xsMachine* the)
{
	xsSlot slot;
	double value;
	xsmcGet(slot, xsArg(0), xsID_port);
	value = xsmcToNumber(slot);
	if (!(value >= 0 && value <= 65535) || value != (int)value)
		xsRangeError("invalid port");
	return (uint16_t)value;
}

void copyTarget(xsMachine* the)
{
	xsSlot slot;
	if (xsmcHas(xsArg(0), xsID_target)) {
		xsmcGet(slot, xsArg(0), xsID_target);
		xsmcSet(xsThis, xsID_target, slot);
	}
}

uint16_t localOptions(xsMachine* the, Socket* socket, char* address, xsUnsignedValue size)
{
	uint16_t port = 0;
	if (!xsmcArgc)
		return port;
	socket->onReadable = optionCallback(the, xsID_onReadable);
	copyTarget(the);
	if (xsmcHas(xsArg(0), xsID_port))
		port = optionPort(the);
	if (xsmcHas(xsArg(0), xsID_address)) {
		xsSlot slot;
		xsmcGet(slot, xsArg(0), xsID_address);
		if (xsmcTest(slot))
			xsmcToStringBuffer(slot, address, size);
	}
	return port;
}
