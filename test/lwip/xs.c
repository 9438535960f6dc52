#include "xs.h"
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

xsMachine gMachine;
__thread bool gIsMachine;
static Object* gObjects;
static size_t gObjectCount;
static uint8_t gBuffer[65536];
char gBufferAddress[48];
uint16_t gBufferPort;
bool gHeapIsFull;

xsSlot objectSlot(Object* object)
{
	return (xsSlot){ .type = xsReferenceType, .pointer = object };
}

static Object* objectOf(xsSlot slot)
{
	return (Object*)slot.pointer;
}

Object* objectNew(void* state)
{
	Object* object = calloc(1, sizeof *object);
	object->state = state;
	object->next = gObjects;
	gObjects = object;
	gObjectCount++;
	return object;
}

void collectGarbage(void)
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

void xsThrowError(xsMachine* the, const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(the->error, sizeof the->error, format, arguments);
	va_end(arguments);
	xsThrowAgain(the);
}

void xsThrowAgain(xsMachine* the)
{
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
		xsThrowError(the, "not such an object");
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
		return objectSlot(options->from);
	return (xsSlot){ .type = xsUndefinedType };
}

void xsCopyText(xsSlot slot, char* buffer, size_t size)
{
	snprintf(buffer, size, "%s", (const char*)slot.pointer);
}

void* xsNewBuffer(xsMachine* the, xsSlot* slot, const void* data, xsIntegerValue size)
{
	if (gHeapIsFull)
		xsThrowError(the, "the heap is full");
	if (data)
		memcpy(gBuffer, data, (size_t)size);
	*slot = (xsSlot){ .type = xsReferenceType, .pointer = gBuffer, .length = (xsUnsignedValue)size };
	return gBuffer;
}

void xsSetProperty(xsSlot object, xsIdentifier id, xsSlot value)
{
	if (object.pointer != gBuffer)
		return;
	if (id == xsID_address)
		snprintf(gBufferAddress, sizeof gBufferAddress, "%s", (const char*)value.pointer);
	else if (id == xsID_port)
		gBufferPort = (uint16_t)value.number;
}

bool xsNative(void (*native)(xsMachine*), Object* self, int count, const xsSlot* arguments)
{
	xsMachine *the = &gMachine, saved = *the;
	jmp_buf thrown;
	volatile bool returned = false;
	if (!gIsMachine)
		worldFail("a script on another thread");
	the->self = objectSlot(self);
	the->count = count;
	for (int i = 0; i < count; i++)
		the->arguments[i] = arguments[i];
	the->result = (xsSlot){ .type = xsUndefinedType };
	the->thrown = &thrown;
	if (!setjmp(thrown)) {
		(*native)(the);
		returned = true;
	}
	/* The caller's, except for what is returned. */
	saved.result = the->result;
	memcpy(saved.error, the->error, sizeof saved.error);
	*the = saved;
	return returned;
}

Object* xsConstruct(void (*native)(xsMachine*), Options options, void* state)
{
	xsSlot argument = { .type = xsReferenceType, .pointer = &options };
	options.object = objectNew(state);
	return xsNative(native, options.object, 1, &argument) ? options.object : NULL;
}

const char* scriptError(void)
{
	return gMachine.error;
}
