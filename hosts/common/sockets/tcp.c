/*
	The script's TCP: ECMA-419's socket, in the form of the SDK's lwIP socket
	(modules/io/socket/lwip). Events are coalesced into one message per socket. The
	script gets readable before writable. Output is sent in a separate message, after
	the turn that wrote it.

	Beyond ECMA-419, onEnd reports that the peer has closed its sending half, after the
	script has read the received bytes. Without it, that is an error, as it is for the
	SDK's sockets. Unlike those, a reset is reported at once, however much is unread.
*/
#include "sockets.h"
#include "mc.xs.h"
#include "xsHost.h"

#include <stdlib.h>
#include <string.h>

enum {
	kReadable = kPcbReadable,
	kWritable = kPcbWritable,
	kError = kPcbError,
	kEnd = kPcbEnd,
	kOutput = 1 << 6,
	kRest = 1 << 7, /* what waited until all bytes were read */
};

typedef struct {
	xsMachine* the;
	PcbMessage message;
	xsSlot object;
	Pcb* pcb;
	xsSlot *onReadable, *onWritable, *onError, *onEnd;
	int triggered; /* events that a queued message will report; atomic, as is the next */
	int uses;      /* one for the object, one for a queued message */
	bool ready;    /* may write */
	bool error;
	bool ended;   /* the peer's FIN arrived, and onEnd has not been called */
	bool numbers; /* format "number" */
} Tcp;

void xs_tcp_destructor(void* data);
static void mark(xsMachine* the, void* data, xsMarkRoot markRoot);

static xsHostHooks tcpHooks = { xs_tcp_destructor, mark, NULL };

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Tcp* tcp = data;
	if (!tcp)
		return;
	if (tcp->onReadable)
		(*markRoot)(the, tcp->onReadable);
	if (tcp->onWritable)
		(*markRoot)(the, tcp->onWritable);
	if (tcp->onError)
		(*markRoot)(the, tcp->onError);
	if (tcp->onEnd)
		(*markRoot)(the, tcp->onEnd);
}

static void release(Tcp* tcp)
{
	if (__atomic_sub_fetch(&tcp->uses, 1, __ATOMIC_ACQ_REL))
		return;
	if (tcp->pcb)
		pcbClose(tcp->pcb);
	free(tcp);
}

void xs_tcp_destructor(void* data)
{
	Tcp* tcp = data;
	if (tcp) {
		__atomic_store_n(&tcp->triggered, 0, __ATOMIC_SEQ_CST);
		tcp->onReadable = tcp->onWritable = tcp->onError = tcp->onEnd = NULL;
		release(tcp);
	}
}

/* Events */

static void call(Tcp* tcp, xsSlot* callback, int count)
{
	xsBeginHost(tcp->the);
	if (count < 0)
		xsCallFunction0(xsReference(callback), tcp->object);
	else
		xsCallFunction1(xsReference(callback), tcp->object, xsInteger(count));
	xsEndHost(tcp->the);
}

static void deliver(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Tcp* tcp = refcon;
	int triggered = __atomic_load_n(&tcp->triggered, __ATOMIC_SEQ_CST);
	(void)the;
	(void)message;
	(void)messageLength;
	/* Its results, room or an error, are reported along with the rest. */
	if (triggered & kOutput && !(triggered & kError) && tcp->pcb)
		pcbFlush(tcp->pcb);
	triggered = __atomic_exchange_n(&tcp->triggered, 0, __ATOMIC_SEQ_CST);
	if (triggered & kError) {
		triggered &= ~kWritable;
		tcp->error = true;
		tcp->ready = false;
	}
	if (triggered & kEnd)
		tcp->ended = true;
	if (triggered & kReadable && tcp->onReadable && tcp->pcb && pcbAvailable(tcp->pcb))
		call(tcp, tcp->onReadable, (int)pcbAvailable(tcp->pcb));
	if (tcp->error) {
		/* Only after the bytes received before it. */
		if (tcp->onError && !(tcp->pcb && pcbAvailable(tcp->pcb)))
			call(tcp, tcp->onError, -1);
	}
	else {
		if (triggered & kWritable && tcp->onWritable && tcp->pcb)
			call(tcp, tcp->onWritable, (int)pcbRoom(tcp->pcb));
		if (tcp->ended && tcp->onEnd && tcp->pcb && !pcbAvailable(tcp->pcb)) {
			tcp->ended = false;
			call(tcp, tcp->onEnd, -1);
		}
	}
	release(tcp);
}

static void trigger(Tcp* tcp, int what)
{
	if (!__atomic_fetch_or(&tcp->triggered, what, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&tcp->uses, 1, __ATOMIC_RELAXED);
		if (!pcbPost(&tcp->message))
			__atomic_sub_fetch(&tcp->uses, 1, __ATOMIC_RELAXED);
	}
}

static void notify(void* owner, int what)
{
	Tcp* tcp = owner;
	int wanted = what & kError;
	if (what & kPcbEnd)
		wanted |= tcp->onEnd ? kEnd : kError;
	if (what & kPcbConnected)
		tcp->ready = true;
	if (what & kPcbReadable && tcp->onReadable)
		wanted |= kReadable;
	if (what & kPcbWritable && tcp->onWritable)
		wanted |= kWritable;
	if (wanted)
		trigger(tcp, wanted);
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

int optionInteger(xsMachine* the, xsIdentifier id, const char* name, int least, int most)
{
	xsSlot slot;
	double value;
	xsmcGet(slot, xsArg(0), id);
	value = xsmcToNumber(slot);
	if (!(value >= least && value <= most) || value != (int)value)
		xsRangeError("invalid %s", name);
	return (int)value;
}

void copyTarget(xsMachine* the)
{
	xsSlot slot;
	if (xsmcHas(xsArg(0), xsID_target)) {
		xsmcGet(slot, xsArg(0), xsID_target);
		xsmcSet(xsThis, xsID_target, slot);
	}
}

static bool numbersFormat(xsMachine* the, xsSlot* slot)
{
	char* format = xsmcToString(*slot);
	if (!strcmp(format, "number"))
		return true;
	if (strcmp(format, "buffer"))
		xsRangeError("unimplemented format");
	return false;
}

/* The class */

static Tcp* tcpOf(xsMachine* the, xsSlot* slot)
{
	Tcp* tcp = xsmcGetHostDataValidate(*slot, &tcpHooks);
	if (!tcp)
		xsUnknownError("closed");
	return tcp;
}

static void detach(xsMachine* the, Tcp* tcp)
{
	xsForget(tcp->object);
	xsmcSetHostData(tcp->object, NULL);
	if (tcp->pcb)
		pcbOwn(tcp->pcb, NULL, NULL);
	xs_tcp_destructor(tcp);
}

static Pcb* connectTo(xsMachine* the, Tcp* tcp)
{
	char address[64];
	xsSlot slot;
	PcbText error;
	int port = optionInteger(the, xsID_port, "port", 0, 65535);
	xsmcGet(slot, xsArg(0), xsID_address);
	xsmcToStringBuffer(slot, address, sizeof address);
	Pcb* pcb = pcbConnect(address, (uint16_t)port, tcp, notify, error);
	if (!pcb)
		xsUnknownError("%s", error);
	return pcb;
}

void xs_tcp_constructor(xsMachine* the)
{
	Tcp* tcp = calloc(1, sizeof *tcp);
	int triggered = 0;
	if (!tcp)
		xsRangeError("no memory");
	tcp->the = the;
	tcp->message = (PcbMessage){ .the = the, .deliver = deliver, .refcon = tcp };
	tcp->uses = 1;
	xsmcSetHostData(xsThis, tcp);
	xsSetHostHooks(xsThis, &tcpHooks);
	tcp->object = xsThis;
	/* The empty object of Listener.read(), which tcpAttach() fills and roots. */
	if (!xsmcArgc)
		return;
	tcp->onReadable = optionCallback(the, xsID_onReadable);
	tcp->onWritable = optionCallback(the, xsID_onWritable);
	tcp->onError = optionCallback(the, xsID_onError);
	tcp->onEnd = optionCallback(the, xsID_onEnd);
	if (xsmcHas(xsArg(0), xsID_format)) {
		xsSlot slot;
		xsmcGet(slot, xsArg(0), xsID_format);
		tcp->numbers = numbersFormat(the, &slot);
	}
	copyTarget(the);
	if (xsmcHas(xsArg(0), xsID_from)) {
		xsSlot slot;
		Tcp* from;
		xsmcGet(slot, xsArg(0), xsID_from);
		from = tcpOf(the, &slot);
		if (!from->pcb)
			xsUnknownError("invalid from");
		tcp->pcb = from->pcb;
		tcp->ready = from->ready;
		triggered = __atomic_load_n(&from->triggered, __ATOMIC_SEQ_CST) & ~(kError | kEnd);
		from->pcb = NULL;
		pcbOwn(tcp->pcb, tcp, notify);
		detach(the, from);
		/* What happened before it had an owner with callbacks. */
		if (tcp->onWritable && pcbRoom(tcp->pcb))
			triggered |= kWritable;
		if (tcp->onReadable && pcbAvailable(tcp->pcb))
			triggered |= kReadable;
		if (pcbEnded(tcp->pcb))
			triggered |= tcp->onEnd && !pcbReset(tcp->pcb) ? kEnd : kError;
	}
	else
		tcp->pcb = connectTo(the, tcp);
	xsRemember(tcp->object);
	if (triggered)
		trigger(tcp, triggered);
}

bool tcpAttach(xsMachine* the, xsSlot* object, PcbListener* listener)
{
	Tcp* tcp = tcpOf(the, object);
	tcp->pcb = pcbAccept(listener);
	/* The peer may have reset it since it was counted. */
	if (!tcp->pcb)
		return false;
	tcp->ready = true;
	xsRemember(tcp->object);
	pcbOwn(tcp->pcb, tcp, notify);
	return true;
}

/* Detaches the connection from the object, and ends it by `let`. */
static void letGo(xsMachine* the, void (*let)(Pcb*))
{
	Tcp* tcp = xsmcGetHostDataValidate(xsThis, &tcpHooks);
	if (tcp) {
		Pcb* pcb = tcp->pcb;
		tcp->pcb = NULL;
		/* First, since lwIP's thread may be notifying `tcp` until then. */
		if (pcb)
			let(pcb);
		detach(the, tcp);
	}
}

void xs_tcp_close(xsMachine* the)
{
	letGo(the, pcbClose);
}

void xs_tcp_abort(xsMachine* the)
{
	letGo(the, pcbAbort);
}

void xs_tcp_end(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	if (tcp->pcb) {
		pcbEnd(tcp->pcb);
		trigger(tcp, kOutput);
	}
}

void xs_tcp_read(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	size_t available = tcp->pcb ? pcbAvailable(tcp->pcb) : 0;
	size_t requested = available;
	void* data = NULL;
	if (!available)
		return;
	if (tcp->numbers) {
		uint8_t byte;
		pcbRead(tcp->pcb, &byte, 1);
		xsmcSetInteger(xsResult, byte);
	}
	else {
		if (xsmcArgc && xsmcTypeOf(xsArg(0)) == xsReferenceType) {
			xsUnsignedValue length;
			xsmcGetBufferWritable(xsArg(0), &data, &length);
			requested = length;
		}
		else if (xsmcArgc && xsmcTypeOf(xsArg(0)) != xsUndefinedType)
			requested = (size_t)xsmcToInteger(xsArg(0));
		if (!requested || requested > available)
			xsUnknownError("invalid");
		if (data)
			xsmcSetInteger(xsResult, (xsIntegerValue)requested);
		else
			data = xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)requested);
		pcbRead(tcp->pcb, data, requested);
	}
	if ((tcp->error || tcp->ended) && !pcbAvailable(tcp->pcb))
		trigger(tcp, kRest);
}

/* Writes the pieces, all or nothing. Returns the room to the script, or undefined after a reset that onError has not reported yet. */
static void writeAll(xsMachine* the, Tcp* tcp, const PcbPiece* pieces, size_t count)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += pieces[i].length;
	if (pcbReset(tcp->pcb))
		return;
	if (total > pcbRoom(tcp->pcb)) {
		/* A reset may have come just now. */
		if (pcbReset(tcp->pcb))
			return;
		xsUnknownError("would block");
	}
	pcbWritePieces(tcp->pcb, pieces, count);
	trigger(tcp, kOutput);
	if (!pcbReset(tcp->pcb))
		xsmcSetInteger(xsResult, (xsIntegerValue)pcbRoom(tcp->pcb));
}

void xs_tcp_write(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	void* data;
	xsUnsignedValue length;
	uint8_t byte;
	if (!tcp->ready)
		xsUnknownError("not ready");
	if (tcp->numbers) {
		byte = (uint8_t)xsmcToInteger(xsArg(0));
		/* A valueOf() may have closed the socket. */
		tcp = tcpOf(the, &xsThis);
		data = &byte;
		length = 1;
	}
	else
		xsmcGetBufferReadable(xsArg(0), &data, &length);
	PcbPiece piece = { data, length };
	writeAll(the, tcp, &piece, 1);
}

/* Writes up to four buffers in one call. */
void xs_tcp_writePieces(xsMachine* the)
{
	enum { kMost = 4 };
	Tcp* tcp = tcpOf(the, &xsThis);
	PcbPiece pieces[kMost];
	int count = xsmcArgc;
	if (!tcp->ready)
		xsUnknownError("not ready");
	if (count > kMost)
		xsRangeError("too many pieces");
	/* Nothing here runs the script or collects garbage, either of which would move the buffers. */
	for (int i = 0; i < count; i++) {
		void* data;
		xsUnsignedValue length;
		xsmcGetBufferReadable(xsArg(i), &data, &length);
		pieces[i] = (PcbPiece){ data, length };
	}
	writeAll(the, tcp, pieces, (size_t)count);
}

void xs_tcp_get_remoteAddress(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	uint16_t port;
	if (tcp->pcb)
		xsmcSetString(xsResult, (xsStringValue)pcbRemote(tcp->pcb, &port));
}

void xs_tcp_get_remotePort(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	uint16_t port;
	if (tcp->pcb) {
		pcbRemote(tcp->pcb, &port);
		xsmcSetInteger(xsResult, port);
	}
}

void xs_tcp_get_format(xsMachine* the)
{
	xsmcSetString(xsResult, tcpOf(the, &xsThis)->numbers ? "number" : "buffer");
}

void xs_tcp_set_format(xsMachine* the)
{
	tcpOf(the, &xsThis)->numbers = numbersFormat(the, &xsArg(0));
}
