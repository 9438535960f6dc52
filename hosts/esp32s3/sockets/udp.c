/* The script's UDP: ECMA-419's socket, in the form of the SDK's (modules/io/socket/lwip). */
#include "sockets.h"
#include "udp-pcb.h"
#include "mc.xs.h"
#include "xsHost.h"

#include <stdlib.h>

typedef struct {
	xsMachine* the;
	PcbMessage message;
	xsSlot object;
	UdpPcb* pcb; /* NULL before it is open, and after close() */
	xsSlot* onReadable;
	int uses;      /* one for the object, one for a queued message; atomic, as is the next */
	int triggered; /* whether a message is queued */
} Udp;

void xs_udp_destructor(void* data);
static void mark(xsMachine* the, void* data, xsMarkRoot markRoot);

static xsHostHooks udpHooks = { xs_udp_destructor, mark, NULL };

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Udp* udp = data;
	if (udp && udp->onReadable)
		(*markRoot)(the, udp->onReadable);
}

static void release(Udp* udp)
{
	if (!__atomic_sub_fetch(&udp->uses, 1, __ATOMIC_ACQ_REL))
		free(udp);
}

static void deliver(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Udp* udp = refcon;
	size_t count;
	(void)the;
	(void)message;
	(void)messageLength;
	__atomic_store_n(&udp->triggered, 0, __ATOMIC_SEQ_CST);
	if (udp->pcb && udp->onReadable && (count = udpPending(udp->pcb)) > 0) {
		xsBeginHost(udp->the);
		xsCallFunction1(xsReference(udp->onReadable), udp->object, xsInteger((xsIntegerValue)count));
		xsEndHost(udp->the);
	}
	release(udp);
}

static void notify(void* owner, int what)
{
	Udp* udp = owner;
	(void)what;
	if (!__atomic_exchange_n(&udp->triggered, 1, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&udp->uses, 1, __ATOMIC_RELAXED);
		if (!pcbPost(&udp->message))
			__atomic_sub_fetch(&udp->uses, 1, __ATOMIC_RELAXED);
	}
}

void xs_udp_constructor(xsMachine* the)
{
	int port = 0;
	PcbText error;
	Udp* udp = calloc(1, sizeof *udp);
	if (!udp)
		xsRangeError("no memory");
	udp->uses = 1;
	udp->the = the;
	udp->message = (PcbMessage){ .the = the, .deliver = deliver, .refcon = udp };
	xsmcSetHostData(xsThis, udp);
	xsSetHostHooks(xsThis, &udpHooks);
	if (xsmcArgc) {
		udp->onReadable = optionCallback(the, xsID_onReadable);
		copyTarget(the);
		if (xsmcHas(xsArg(0), xsID_port))
			port = optionInteger(the, xsID_port, "port", 0, 65535);
	}
	/* Last, so that no option that throws leaves a socket behind. */
	udp->object = xsThis;
	udp->pcb = udpOpen((uint16_t)port, udp, notify, error);
	if (!udp->pcb)
		xsUnknownError("%s", error);
	xsRemember(udp->object);
}

void xs_udp_destructor(void* data)
{
	Udp* udp = data;
	if (!udp)
		return;
	udp->onReadable = NULL;
	if (udp->pcb)
		udpClose(udp->pcb);
	udp->pcb = NULL;
	release(udp);
}

static Udp* udpOf(xsMachine* the)
{
	Udp* udp = xsmcGetHostDataValidate(xsThis, &udpHooks);
	if (!udp)
		xsUnknownError("closed");
	return udp;
}

void xs_udp_close(xsMachine* the)
{
	Udp* udp = xsmcGetHostDataValidate(xsThis, &udpHooks);
	if (udp) {
		xsForget(udp->object);
		xsmcSetHostData(xsThis, NULL);
		xs_udp_destructor(udp);
	}
}

/* Returns the oldest packet, an ArrayBuffer with the sender's address and port. Returns undefined if none waits. */
void xs_udp_read(xsMachine* the)
{
	xsSlot slot;
	Datagram* datagram = udpTake(udpOf(the)->pcb);
	if (!datagram)
		return;
	xsTry
	{
		xsmcSetArrayBuffer(xsResult, datagram->data, datagram->length);
		xsmcSetString(slot, datagram->address);
		xsmcSet(xsResult, xsID_address, slot);
		xsmcSetInteger(slot, datagram->port);
		xsmcSet(xsResult, xsID_port, slot);
	}
	xsCatch
	{
		free(datagram);
		xsThrow(xsException);
	}
	free(datagram);
}

void xs_udp_write(xsMachine* the)
{
	Udp* udp = udpOf(the);
	void* data;
	xsUnsignedValue length;
	char address[48];
	PcbText error;
	double port = xsmcToNumber(xsArg(2));
	xsmcToStringBuffer(xsArg(1), address, sizeof address);
	if (!(port >= 1 && port <= 65535) || port != (int)port)
		xsRangeError("invalid port");
	/* A valueOf() or a toString() may have closed the socket. */
	udp = udpOf(the);
	xsmcGetBufferReadable(xsArg(0), &data, &length);
	if (!udpSend(udp->pcb, data, length, address, (uint16_t)port, error))
		xsUnknownError("%s", error);
}

static void join(xsMachine* the, bool join)
{
	char group[48];
	PcbText error;
	xsmcToStringBuffer(xsArg(0), group, sizeof group);
	if (!udpJoin(udpOf(the)->pcb, group, join, error))
		xsUnknownError("%s", error);
}

void xs_udp_add(xsMachine* the)
{
	join(the, true);
}

void xs_udp_remove(xsMachine* the)
{
	join(the, false);
}
