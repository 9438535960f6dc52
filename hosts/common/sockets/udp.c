/* The script's UDP: ECMA-419's socket, in the form of the SDK's (modules/io/socket/lwip). */
#include "sockets.h"
#include "udp-pcb.h"
#include "esp_heap_caps.h"
#include "mc.xs.h"

#include <stdlib.h>

typedef struct {
	Socket socket; /* first: report() and destroy() cast back */
	UdpPcb* pcb;   /* NULL before it is open, and after close() */
} Udp;

void xs_udp_destructor(void* data);

static xsHostHooks udpHooks = { xs_udp_destructor, socketMark, NULL };

static void report(Socket* socket)
{
	const Udp* udp = (Udp*)socket;
	size_t count;
	socketTake(socket);
	if (udp->pcb && socket->onReadable && (count = udpPending(udp->pcb)) > 0)
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

void xs_udp_constructor(xsMachine* the)
{
	Udp* udp = socketNew(the, sizeof *udp, &udpHooks, report, destroy);
	char address[48] = "";
	PcbText error;
	uint16_t port = localOptions(the, &udp->socket, address, sizeof address);
	/* Last, so that no option that throws leaves a socket behind. */
	udp->pcb = udpOpen(*address ? address : NULL, port, udp, notify, error);
	if (!udp->pcb)
		xsUnknownError("%s", error);
	xsRemember(udp->socket.object);
}

void xs_udp_destructor(void* data)
{
	Udp* udp = data;
	if (!udp)
		return;
	udp->socket.onReadable = NULL;
	if (udp->pcb)
		udpClose(udp->pcb);
	udp->pcb = NULL;
	socketRelease(&udp->socket);
}

static Udp* udpOf(xsMachine* the)
{
	Udp* udp = xsmcGetHostDataValidate(xsThis, &udpHooks);
	if (!udp)
		xsUnknownError("closed");
	return udp;
}

UdpPcb* udpOutput(xsMachine* the, xsSlot* object)
{
	Udp* udp = xsmcGetHostDataValidate(*object, &udpHooks);
	if (!udp)
		xsUnknownError("closed");
	return udp->pcb;
}

void xs_udp_close(xsMachine* the)
{
	Udp* udp = xsmcGetHostDataValidate(xsThis, &udpHooks);
	if (udp) {
		xsForget(udp->socket.object);
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
		heap_caps_free(datagram);
		xsThrow(xsException);
	}
	heap_caps_free(datagram);
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

void xs_udp_get_port(xsMachine* the)
{
	xsmcSetInteger(xsResult, udpPort(udpOf(the)->pcb));
}

/* Calls a function with the group in xsArg(0). */
static void callGroup(xsMachine* the, bool (*function)(UdpPcb* pcb, const char* group, PcbText error))
{
	char group[48];
	PcbText error;
	xsmcToStringBuffer(xsArg(0), group, sizeof group);
	if (!function(udpOf(the)->pcb, group, error))
		xsUnknownError("%s", error);
}

void xs_udp_add(xsMachine* the)
{
	callGroup(the, udpJoin);
}

void xs_udp_remove(xsMachine* the)
{
	callGroup(the, udpLeave);
}
