#include "script.h"
#include "world.h"

#include "pcb.h"

#include "xsHost.h"
#include "xsmc.h"

#include "lwip/priv/tcpip_priv.h"
#include "lwip/sys.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "task": { "queueLength": 32 } in hosts/manifest.json */
enum { kQueueLength = 32 };

struct Object {
	void* data;
	const xsHostHooks* hooks;
	int roots; /* xsRemember(), less xsForget() */
	xsSlot callbacks[4];
	void* state;
	Object* next;
};

typedef struct {
	const Handlers* handlers;
	Object* object;
	const char* address;
	uint16_t port;
	Object* from;
} Options;

typedef struct {
	modMessageDeliver callback;
	void* refcon;
	bool posted;
} Message;

static xsMachine gMachine;
static Message gQueue[kQueueLength];
static size_t gStart, gCount, gMost, gObjectCount;
static Object* gObjects;
static __thread bool gIsMachine;
static uint8_t gBuffer[65536];

void xs_tcp_constructor(xsMachine* the);
void xs_tcp_close(xsMachine* the);
void xs_tcp_abort(xsMachine* the);
void xs_tcp_end(xsMachine* the);
void xs_tcp_read(xsMachine* the);
void xs_tcp_write(xsMachine* the);
void xs_tcp_get_remoteAddress(xsMachine* the);
void xs_tcp_get_remotePort(xsMachine* the);
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

size_t scriptMostMessages(void)
{
	return gMost;
}

/* Objects */

static xsSlot slotOf(Object* object)
{
	return (xsSlot){ .type = xsReferenceType, .pointer = object };
}

static Object* objectOf(xsSlot slot)
{
	return (Object*)slot.pointer;
}

static Object* newObject(void* state)
{
	Object* object = calloc(1, sizeof *object);
	object->state = state;
	object->next = gObjects;
	gObjects = object;
	gObjectCount++;
	return object;
}

static void collectGarbage(void)
{
	Object** address = &gObjects;
	while (*address) {
		Object* object = *address;
		if (object->roots > 0) {
			address = &object->next;
			continue;
		}
		*address = object->next;
		if (object->data)
			object->hooks->destructor(object->data);
		free(object);
		gObjectCount--;
	}
}

size_t scriptObjects(void)
{
	return gObjectCount;
}

void* scriptState(Object* object)
{
	return object->state;
}

/* XS */

void xsThrow(xsMachine* the, const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(the->error, sizeof the->error, format, arguments);
	va_end(arguments);
	if (!the->thrown)
		worldFail("an error that nothing catches: %s", the->error);
	longjmp(*the->thrown, 1);
}

void xsCall(xsMachine* the, xsSlot function, xsSlot object, int count)
{
	(void)the;
	((Callback)function.pointer)(objectOf(object), count);
}

void xsRoot(xsSlot object, int by)
{
	objectOf(object)->roots += by;
}

void xsSetData(xsSlot object, void* data)
{
	objectOf(object)->data = data;
}

void xsSetHooks(xsSlot object, const xsHostHooks* hooks)
{
	objectOf(object)->hooks = hooks;
}

void* xsGetData(xsMachine* the, xsSlot object, const xsHostHooks* hooks)
{
	if (objectOf(object)->hooks != hooks)
		xsThrow(the, "not such an object");
	return objectOf(object)->data;
}

static xsSlot callback(const Options* options, int index, Callback function)
{
	xsSlot* slot = &options->object->callbacks[index];
	if (!function)
		return (xsSlot){ .type = xsUndefinedType };
	*slot = (xsSlot){ .type = xsCallableType, .pointer = (const void*)function };
	return (xsSlot){ .type = xsCallableType, .pointer = slot };
}

xsSlot xsOption(xsSlot slot, xsIdentifier id)
{
	const Options* options = slot.pointer;
	const Handlers* handlers = options->handlers;
	if (id == xsID_onReadable)
		return callback(options, 0, handlers->onReadable);
	if (id == xsID_onWritable)
		return callback(options, 1, handlers->onWritable);
	if (id == xsID_onError)
		return callback(options, 2, handlers->onError);
	if (id == xsID_onEnd)
		return callback(options, 3, handlers->onEnd);
	if (id == xsID_port)
		return xsInteger(options->port);
	if (id == xsID_address && options->address)
		return (xsSlot){ .type = xsStringType, .pointer = options->address };
	if (id == xsID_from && options->from)
		return slotOf(options->from);
	return (xsSlot){ .type = xsUndefinedType };
}

void xsCopyText(xsSlot slot, char* buffer, size_t size)
{
	snprintf(buffer, size, "%s", (const char*)slot.pointer);
}

void* xsNewBuffer(xsSlot* slot, xsIntegerValue size)
{
	*slot = (xsSlot){ .type = xsReferenceType, .pointer = gBuffer, .length = (xsUnsignedValue)size };
	return gBuffer;
}

/* Calls a native function. Returns false if it throws. */
static bool call(void (*native)(xsMachine*), Object* self, int count, xsSlot argument)
{
	xsMachine* the = &gMachine;
	xsSlot savedSelf = the->self, savedArgument = the->argument;
	int savedCount = the->count;
	jmp_buf *savedThrown = the->thrown, thrown;
	volatile bool returned = false;
	if (!gIsMachine)
		worldFail("a script on another thread");
	the->self = slotOf(self);
	the->count = count;
	the->argument = argument;
	the->result = (xsSlot){ .type = xsUndefinedType };
	the->thrown = &thrown;
	if (!setjmp(thrown)) {
		(*native)(the);
		returned = true;
	}
	the->self = savedSelf;
	the->count = savedCount;
	the->argument = savedArgument;
	the->thrown = savedThrown;
	return returned;
}

static bool callWithout(void (*native)(xsMachine*), Object* self)
{
	return call(native, self, 0, (xsSlot){ .type = xsUndefinedType });
}

const char* scriptError(void)
{
	return gMachine.error;
}

/* Scripts */

static Object* construct(void (*native)(xsMachine*), Options options, void* state)
{
	options.object = newObject(state);
	if (!call(native, options.object, 1, (xsSlot){ .type = xsReferenceType, .pointer = &options }))
		return NULL;
	return options.object;
}

Listener* scriptListen(uint16_t port, Callback onReadable, void* state)
{
	Handlers handlers = { .onReadable = onReadable };
	return construct(xs_listener_constructor, (Options){ .handlers = &handlers, .port = port }, state);
}

Socket* scriptConnect(const char* address, uint16_t port, const Handlers* handlers, void* state)
{
	return construct(xs_tcp_constructor, (Options){ .handlers = handlers, .port = port, .address = address }, state);
}

Socket* scriptAccept(Listener* listener, const Handlers* handlers, void* state)
{
	Object *raw = newObject(NULL), *socket;
	/* If there is no memory, it tries again. */
	if (!(callWithout(xs_tcp_constructor, raw) || callWithout(xs_tcp_constructor, raw)) ||
		!call(xs_listener_accept, listener, 1, slotOf(raw)) || gMachine.result.type == xsUndefinedType)
		return NULL;
	socket = construct(xs_tcp_constructor, (Options){ .handlers = handlers, .from = raw }, state);
	if (!socket)
		scriptClose(raw);
	return socket;
}

uint16_t scriptListenerPort(Listener* listener)
{
	callWithout(xs_listener_get_port, listener);
	return (uint16_t)gMachine.result.number;
}

void scriptListenerClose(Listener* listener)
{
	callWithout(xs_listener_close, listener);
}

void scriptClose(Socket* socket)
{
	callWithout(xs_tcp_close, socket);
}

void scriptAbort(Socket* socket)
{
	callWithout(xs_tcp_abort, socket);
}

void scriptEnd(Socket* socket)
{
	callWithout(xs_tcp_end, socket);
}

size_t scriptRead(Socket* socket, void* data, size_t length)
{
	xsSlot buffer = { .type = xsReferenceType, .pointer = data, .length = (xsUnsignedValue)length };
	if (!call(xs_tcp_read, socket, 1, buffer))
		worldFail("read() throws: %s", gMachine.error);
	return gMachine.result.type == xsUndefinedType ? 0 : (size_t)gMachine.result.number;
}

int scriptWrite(Socket* socket, const void* data, size_t length)
{
	xsSlot buffer = { .type = xsReferenceType, .pointer = data, .length = (xsUnsignedValue)length };
	if (!call(xs_tcp_write, socket, 1, buffer))
		return -2;
	return gMachine.result.type == xsUndefinedType ? -1 : (int)gMachine.result.number;
}

const char* scriptRemote(Socket* socket, uint16_t* port)
{
	callWithout(xs_tcp_get_remotePort, socket);
	*port = (uint16_t)gMachine.result.number;
	callWithout(xs_tcp_get_remoteAddress, socket);
	return gMachine.result.pointer;
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

/* Steps */

static long gUntilStep;
static void (*gStep)(void*);
static void* gStepData;

void scriptAtStep(long which, void (*function)(void*), void* data)
{
	gUntilStep = which;
	gStep = function;
	gStepData = data;
}

bool scriptStepped(void)
{
	return !gStep;
}

static void step(void)
{
	void (*function)(void*);
	if (!gIsMachine || !gStep || --gUntilStep > 0)
		return;
	function = gStep;
	gStep = NULL;
	function(gStepData);
	worldLwipQuiet();
}

err_t __real_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call);
err_t __wrap_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call);
err_t __wrap_tcpip_api_call(tcpip_api_call_fn function, struct tcpip_api_call_data* call)
{
	step();
	return __real_tcpip_api_call(function, call);
}

void __real_sys_mutex_lock(sys_mutex_t* mutex);
void __wrap_sys_mutex_lock(sys_mutex_t* mutex);
void __wrap_sys_mutex_lock(sys_mutex_t* mutex)
{
	step();
	__real_sys_mutex_lock(mutex);
}

/* Between these, too: they read what lwIP's thread writes. */
#define STEP_BEFORE(type, name, parameter, argument) \
	type __real_##name(parameter); \
	type __wrap_##name(parameter); \
	type __wrap_##name(parameter) \
	{ \
		step(); \
		return __real_##name(argument); \
	}
STEP_BEFORE(bool, pcbEnded, const Pcb* pcb, pcb)
STEP_BEFORE(bool, pcbReset, const Pcb* pcb, pcb)
STEP_BEFORE(size_t, pcbRoom, Pcb* pcb, pcb)
STEP_BEFORE(size_t, pcbPending, const PcbListener* listener, listener)
