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

#include <stdlib.h>
#include <string.h>

enum {
	kReadable = kPcbReadable,
	kWritable = kPcbWritable,
	kError = kPcbError,
	kConnected = kPcbConnected,
	kEnd = kPcbEnd,
	kOutput = 1 << 6,
	kRest = 1 << 7, /* what waited until all bytes were read */
};

typedef struct {
	Socket socket; /* first: report() and destroy() cast back */
	Pcb* pcb;
	xsSlot *onWritable, *onError, *onEnd;
	bool ready; /* may write */
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
	socketMark(the, data, markRoot);
	if (tcp->onWritable)
		(*markRoot)(the, tcp->onWritable);
	if (tcp->onError)
		(*markRoot)(the, tcp->onError);
	if (tcp->onEnd)
		(*markRoot)(the, tcp->onEnd);
}

static void destroy(Socket* socket)
{
	free(socket);
}

void xs_tcp_destructor(void* data)
{
	Tcp* tcp = data;
	if (!tcp)
		return;
	tcp->socket.onReadable = tcp->onWritable = tcp->onError = tcp->onEnd = NULL;
	/* As the machine ends. First, since lwIP's thread may be notifying `tcp` until then. */
	if (tcp->pcb)
		pcbClose(tcp->pcb);
	tcp->pcb = NULL;
	socketRelease(&tcp->socket);
}

/* Events */

static void report(Socket* socket)
{
	Tcp* tcp = (Tcp*)socket;
	int triggered = __atomic_load_n(&socket->triggered, __ATOMIC_SEQ_CST);
	/* Its results, room or an error, are reported along with the rest. */
	if (triggered & kOutput && !(triggered & kError) && tcp->pcb)
		pcbFlush(tcp->pcb);
	triggered = socketTake(socket);
	/* Only now, so that a script cannot write before its first callback. */
	if (triggered & kConnected)
		tcp->ready = true;
	if (triggered & kError) {
		triggered &= ~kWritable;
		tcp->error = true;
		tcp->ready = false;
	}
	if (triggered & kEnd)
		tcp->ended = true;
	if (triggered & kReadable && socket->onReadable && tcp->pcb && pcbAvailable(tcp->pcb))
		socketCall(socket, socket->onReadable, (int)pcbAvailable(tcp->pcb));
	if (tcp->error) {
		/* Only after the bytes received before it. */
		if (tcp->onError && !(tcp->pcb && pcbAvailable(tcp->pcb)))
			socketCall(socket, tcp->onError, -1);
	}
	else {
		if (triggered & kWritable && tcp->onWritable && tcp->pcb)
			socketCall(socket, tcp->onWritable, (int)pcbRoom(tcp->pcb));
		if (tcp->ended && tcp->onEnd && tcp->pcb && !pcbAvailable(tcp->pcb)) {
			tcp->ended = false;
			socketCall(socket, tcp->onEnd, -1);
		}
	}
}

static void notify(void* owner, int what)
{
	Tcp* tcp = owner;
	int wanted = what & (kError | kConnected);
	if (what & kPcbEnd)
		wanted |= tcp->onEnd ? kEnd : kError;
	if (what & kPcbReadable && tcp->socket.onReadable)
		wanted |= kReadable;
	if (what & kPcbWritable && tcp->onWritable)
		wanted |= kWritable;
	if (wanted)
		socketTrigger(&tcp->socket, wanted);
}

/* The class */

static bool numbersFormat(xsMachine* the, xsSlot* slot)
{
	char* format = xsmcToString(*slot);
	if (!strcmp(format, "number"))
		return true;
	if (strcmp(format, "buffer"))
		xsRangeError("unimplemented format");
	return false;
}

static Tcp* tcpOf(xsMachine* the, xsSlot* slot)
{
	Tcp* tcp = xsmcGetHostDataValidate(*slot, &tcpHooks);
	if (!tcp)
		xsUnknownError("closed");
	return tcp;
}

/* The connection is no longer its own. */
static void detach(xsMachine* the, Tcp* tcp)
{
	xsForget(tcp->socket.object);
	xsmcSetHostData(tcp->socket.object, NULL);
	xs_tcp_destructor(tcp);
}

static Pcb* connectTo(xsMachine* the, Tcp* tcp)
{
	char address[64];
	xsSlot slot;
	PcbText error;
	uint16_t port = optionPort(the);
	xsmcGet(slot, xsArg(0), xsID_address);
	xsmcToStringBuffer(slot, address, sizeof address);
	Pcb* pcb = pcbConnect(address, port, tcp, notify, error);
	if (!pcb)
		xsUnknownError("%s", error);
	return pcb;
}

void xs_tcp_constructor(xsMachine* the)
{
	Tcp* tcp = socketNew(the, sizeof *tcp, &tcpHooks, report, destroy);
	int triggered = 0;
	/* The empty object of Listener.read(), which tcpAttach() fills and roots. */
	if (!xsmcArgc)
		return;
	tcp->socket.onReadable = optionCallback(the, xsID_onReadable);
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
		triggered = __atomic_load_n(&from->socket.triggered, __ATOMIC_SEQ_CST) & ~(kError | kEnd);
		from->pcb = NULL;
		pcbOwn(tcp->pcb, tcp, notify);
		detach(the, from);
		/* What happened before it had an owner with callbacks. */
		if (tcp->onWritable && pcbRoom(tcp->pcb))
			triggered |= kWritable;
		if (tcp->socket.onReadable && pcbAvailable(tcp->pcb))
			triggered |= kReadable;
		if (pcbEnded(tcp->pcb))
			triggered |= tcp->onEnd && !pcbReset(tcp->pcb) ? kEnd : kError;
	}
	else
		tcp->pcb = connectTo(the, tcp);
	xsRemember(tcp->socket.object);
	if (triggered)
		socketTrigger(&tcp->socket, triggered);
}

bool tcpAttach(xsMachine* the, xsSlot* object, PcbListener* listener)
{
	Tcp* tcp = tcpOf(the, object);
	if (tcp->pcb)
		xsUnknownError("the socket has a connection");
	tcp->pcb = pcbAccept(listener);
	/* The peer may have reset it since it was counted. */
	if (!tcp->pcb)
		return false;
	tcp->ready = true;
	xsRemember(tcp->socket.object);
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
		socketTrigger(&tcp->socket, kOutput);
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
		socketTrigger(&tcp->socket, kRest);
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
	socketTrigger(&tcp->socket, kOutput);
	if (!pcbReset(tcp->pcb))
		xsmcSetInteger(xsResult, (xsIntegerValue)pcbRoom(tcp->pcb));
}

Pcb* tcpOutput(xsMachine* the, xsSlot* object)
{
	Tcp* tcp = tcpOf(the, object);
	if (!tcp->ready || !tcp->pcb || pcbReset(tcp->pcb))
		return NULL;
	socketTrigger(&tcp->socket, kOutput);
	return tcp->pcb;
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

/* The bytes that wait to be read, also those that onReadable has not reported yet. */
void xs_tcp_get_unread(xsMachine* the)
{
	Tcp* tcp = tcpOf(the, &xsThis);
	xsmcSetInteger(xsResult, tcp->pcb ? (xsIntegerValue)pcbUnread(tcp->pcb) : 0);
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
	bool numbers = numbersFormat(the, &xsArg(0));
	/* A toString() may have closed the socket. */
	tcpOf(the, &xsThis)->numbers = numbers;
}
