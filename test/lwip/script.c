#include "script.h"
#include "world.h"

#include "xs.h"

#include "xsHost.h"

/* "task": { "queueLength": 32 } in hosts/manifest.json */
enum { kQueueLength = 32 };

typedef struct {
	modMessageDeliver callback;
	void* refcon;
	bool posted;
} Message;

static Message gQueue[kQueueLength];
static size_t gStart, gCount, gMost;

void xs_tcp_constructor(xsMachine* the);
void xs_tcp_close(xsMachine* the);
void xs_tcp_abort(xsMachine* the);
void xs_tcp_end(xsMachine* the);
void xs_tcp_read(xsMachine* the);
void xs_tcp_write(xsMachine* the);
void xs_tcp_get_remoteAddress(xsMachine* the);
void xs_tcp_get_remotePort(xsMachine* the);
void xs_udp_constructor(xsMachine* the);
void xs_udp_close(xsMachine* the);
void xs_udp_read(xsMachine* the);
void xs_udp_write(xsMachine* the);
void xs_udp_add(xsMachine* the);
void xs_udp_remove(xsMachine* the);
void xs_listener_constructor(xsMachine* the);
void xs_listener_accept(xsMachine* the);
void xs_listener_close(xsMachine* the);
void xs_listener_get_port(xsMachine* the);

/* Messages */

static bool hasRoom(void* data)
{
	(void)data;
	return gCount < kQueueLength;
}

static bool hasMessage(void* data)
{
	(void)data;
	return gCount > 0;
}

static void post(void* data)
{
	Message* message = data;
	message->posted = gCount < kQueueLength;
	if (message->posted)
		gQueue[(gStart + gCount++) % kQueueLength] = *message;
	if (gCount > gMost)
		gMost = gCount;
}

static void take(void* data)
{
	*(Message*)data = gQueue[gStart];
	gStart = (gStart + 1) % kQueueLength;
	gCount--;
}

int modMessagePostToMachine(
	void* the, uint8_t* message, uint16_t messageLength, modMessageDeliver callback, void* refcon)
{
	Message posted = { .callback = callback, .refcon = refcon };
	(void)the;
	(void)message;
	(void)messageLength;
	for (;;) {
		worldChange(post, &posted);
		if (posted.posted)
			return 0;
		/* As xQueueSendToBack() with portMAX_DELAY. */
		worldWaitInWork(hasRoom, NULL);
	}
}

int modMessagePostToMachineFromISR(void* the, modMessageDeliver callback, void* refcon)
{
	Message posted = { .callback = callback, .refcon = refcon };
	(void)the;
	worldChange(post, &posted);
	return posted.posted ? 0 : -1;
}

static void doNothing(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	(void)the;
	(void)refcon;
	(void)message;
	(void)messageLength;
}

void scriptFillQueue(void)
{
	while (modMessagePostToMachineFromISR(&gMachine, doNothing, NULL) == 0)
		;
}

size_t scriptMostMessages(void)
{
	return gMost;
}

/* Scripts */

static bool call(void (*native)(xsMachine*), Object* self)
{
	return xsNative(native, self, 0, NULL);
}

static bool callWith(void (*native)(xsMachine*), Object* self, xsSlot argument)
{
	return xsNative(native, self, 1, &argument);
}

Listener* scriptListen(uint16_t port, Callback onReadable, void* state)
{
	Handlers handlers = { .onReadable = onReadable };
	return xsConstruct(xs_listener_constructor, (Options){ .handlers = &handlers, .port = port }, state);
}

Socket* scriptConnect(const char* address, uint16_t port, const Handlers* handlers, void* state)
{
	return xsConstruct(xs_tcp_constructor, (Options){ .handlers = handlers, .port = port, .address = address }, state);
}

Socket* scriptAccept(Listener* listener, const Handlers* handlers, void* state)
{
	Object *raw = objectNew(NULL), *socket;
	/* If there is no memory, it tries again. */
	if (!(call(xs_tcp_constructor, raw) || call(xs_tcp_constructor, raw)) ||
		!callWith(xs_listener_accept, listener, objectSlot(raw)) || gMachine.result.type == xsUndefinedType)
		return NULL;
	socket = xsConstruct(xs_tcp_constructor, (Options){ .handlers = handlers, .from = raw }, state);
	if (!socket)
		scriptClose(raw);
	return socket;
}

uint16_t scriptListenerPort(Listener* listener)
{
	call(xs_listener_get_port, listener);
	return (uint16_t)gMachine.result.number;
}

void scriptListenerClose(Listener* listener)
{
	call(xs_listener_close, listener);
}

void scriptClose(Socket* socket)
{
	call(xs_tcp_close, socket);
}

void scriptAbort(Socket* socket)
{
	call(xs_tcp_abort, socket);
}

void scriptEnd(Socket* socket)
{
	call(xs_tcp_end, socket);
}

size_t scriptRead(Socket* socket, void* data, size_t length)
{
	xsSlot buffer = { .type = xsReferenceType, .pointer = data, .length = (xsUnsignedValue)length };
	if (!callWith(xs_tcp_read, socket, buffer))
		worldFail("read() throws: %s", gMachine.error);
	return gMachine.result.type == xsUndefinedType ? 0 : (size_t)gMachine.result.number;
}

int scriptWrite(Socket* socket, const void* data, size_t length)
{
	xsSlot buffer = { .type = xsReferenceType, .pointer = data, .length = (xsUnsignedValue)length };
	if (!callWith(xs_tcp_write, socket, buffer))
		return -2;
	return gMachine.result.type == xsUndefinedType ? -1 : (int)gMachine.result.number;
}

const char* scriptRemote(Socket* socket, uint16_t* port)
{
	call(xs_tcp_get_remotePort, socket);
	*port = (uint16_t)gMachine.result.number;
	call(xs_tcp_get_remoteAddress, socket);
	return gMachine.result.pointer;
}

/* UDP */

UdpSocket* scriptUdp(uint16_t port, Callback onReadable, void* state)
{
	Handlers handlers = { .onReadable = onReadable };
	return xsConstruct(xs_udp_constructor, (Options){ .handlers = &handlers, .port = port }, state);
}

bool scriptUdpRead(UdpSocket* socket, Datagram* datagram)
{
	if (!call(xs_udp_read, socket) || gMachine.result.type == xsUndefinedType)
		return false;
	*datagram = (Datagram){ gMachine.result.pointer, gMachine.result.length, gBufferAddress, gBufferPort };
	return true;
}

bool scriptUdpWrite(UdpSocket* socket, const void* data, size_t length, const char* address, uint16_t port)
{
	const xsSlot arguments[] = {
		{ .type = xsReferenceType, .pointer = data, .length = (xsUnsignedValue)length },
		{ .type = xsStringType, .pointer = address },
		{ .type = xsNumberType, .number = port },
	};
	return xsNative(xs_udp_write, socket, 3, arguments);
}

bool scriptUdpAdd(UdpSocket* socket, const char* group)
{
	return callWith(xs_udp_add, socket, (xsSlot){ .type = xsStringType, .pointer = group });
}

bool scriptUdpRemove(UdpSocket* socket, const char* group)
{
	return callWith(xs_udp_remove, socket, (xsSlot){ .type = xsStringType, .pointer = group });
}

void scriptUdpClose(UdpSocket* socket)
{
	call(xs_udp_close, socket);
}

void scriptFillHeap(bool full)
{
	gHeapIsFull = full;
}

/* The machine's thread */

static void run(void* data)
{
	(void)data;
	gIsMachine = true;
	for (;;) {
		Message message;
		worldWait(hasMessage, NULL);
		worldChange(take, &message);
		message.callback(&gMachine, message.refcon, NULL, 0);
		collectGarbage();
	}
}

void scriptOpen(void)
{
	worldThread("machine", run, NULL);
	worldQuiet();
}

typedef struct {
	void (*run)(void*);
	void* data;
} Task;

static void runTask(void* the, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Task* task = refcon;
	(void)the;
	(void)message;
	(void)messageLength;
	task->run(task->data);
}

void inMachine(void (*function)(void*), void* data)
{
	Task task = { function, data };
	modMessagePostToMachine(&gMachine, NULL, 0, runTask, &task);
	worldQuiet();
}
