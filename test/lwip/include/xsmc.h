/*
	The part of XS's interface that hosts/common/sockets uses, for scripts in C: objects
	and callbacks of script.c stand for the script's.
*/
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct xsMachineRecord xsMachine;
typedef int xsIdentifier;
typedef int32_t xsIntegerValue;
typedef uint32_t xsUnsignedValue;
typedef char* xsStringValue;
typedef enum { xsUndefinedType, xsNumberType, xsStringType, xsReferenceType, xsCallableType } xsType;

typedef struct {
	xsType type;
	double number;
	const void* pointer; /* text, bytes, options, an object or a callback */
	xsUnsignedValue length;
} xsSlot;

typedef void (*xsMarkRoot)(xsMachine* the, xsSlot* slot);
typedef struct {
	void (*destructor)(void* data);
	void (*marker)(xsMachine* the, void* data, xsMarkRoot markRoot);
	const char* signature;
} xsHostHooks;

struct xsMachineRecord {
	xsSlot self, result, arguments[3];
	int count;
	jmp_buf* thrown;
	char error[128];
};

enum {
	xsID_address,
	xsID_format,
	xsID_from,
	xsID_onEnd,
	xsID_onError,
	xsID_onReadable,
	xsID_onWritable,
	xsID_port,
	xsID_target,
};

#define xsThis (the->self)
#define xsResult (the->result)
#define xsArg(index) (the->arguments[index])
#define xsmcArgc (the->count)

#define xsBeginHost(THE) \
	do { \
	xsMachine* the = (THE)
#define xsEndHost(THE) \
	} \
	while (0)
#define xsReference(slot) (*(slot))
#define xsInteger(value) ((xsSlot){ .type = xsNumberType, .number = (value) })
#define xsCallFunction0(function, object) xsCall(the, function, object, -1)
#define xsCallFunction1(function, object, count) xsCall(the, function, object, (int)(count).number)
void xsCall(xsMachine* the, xsSlot function, xsSlot object, int count);

#define xsTypeError(...) xsThrowError(the, __VA_ARGS__)
#define xsRangeError(...) xsThrowError(the, __VA_ARGS__)
#define xsUnknownError(...) xsThrowError(the, __VA_ARGS__)
void xsThrowError(xsMachine* the, const char* format, ...) __attribute__((noreturn, format(printf, 2, 3)));
/* An error that is caught is thrown again, and nothing else is done with it. */
#define xsThrow(exception) xsThrowAgain(the)
void xsThrowAgain(xsMachine* the) __attribute__((noreturn));

typedef struct {
	jmp_buf jump, *outer;
	bool done;
} xsJump;
#define xsTry \
	for (xsJump try_ = { .outer = the->thrown }; the->thrown = try_.done ? try_.outer : &try_.jump, !try_.done; \
		try_.done = true) \
		if (!setjmp(try_.jump))
#define xsCatch else if ((the->thrown = try_.outer) != NULL)

#define xsRemember(object) xsRoot(object, 1)
#define xsForget(object) xsRoot(object, -1)
void xsRoot(xsSlot object, int by);
#define xsmcSetHostData(object, data) xsSetData(object, data)
void xsSetData(xsSlot object, void* data);
#define xsSetHostHooks(object, hooks) xsSetHooks(object, hooks)
void xsSetHooks(xsSlot object, const xsHostHooks* hooks);
#define xsmcGetHostDataValidate(object, hooks) xsGetData(the, object, hooks)
void* xsGetData(xsMachine* the, xsSlot object, const xsHostHooks* hooks);

#define xsmcHas(object, id) (xsOption(object, id).type != xsUndefinedType)
#define xsmcGet(slot, object, id) ((slot) = xsOption(object, id))
xsSlot xsOption(xsSlot options, xsIdentifier id);
#define xsmcSet(object, id, slot) xsSetProperty(object, id, slot)
void xsSetProperty(xsSlot object, xsIdentifier id, xsSlot value);
#define xsmcTest(slot) ((slot).type != xsUndefinedType)
#define xsmcIsCallable(slot) ((slot).type == xsCallableType)
#define xsmcToReference(slot) ((xsSlot*)(slot).pointer)
#define xsmcTypeOf(slot) ((slot).type)
#define xsmcToNumber(slot) ((slot).number)
#define xsmcToInteger(slot) ((int)(slot).number)
#define xsmcToString(slot) ((char*)(slot).pointer)
#define xsmcToStringBuffer(slot, buffer, size) xsCopyText(slot, buffer, size)
void xsCopyText(xsSlot slot, char* buffer, size_t size);
#define xsmcSetInteger(slot, value) ((slot) = xsInteger(value))
#define xsmcSetString(slot, text) ((slot) = (xsSlot){ .type = xsStringType, .pointer = (text) })
#define xsmcGetBufferReadable(slot, data, size) (*(data) = (void*)(slot).pointer, *(size) = (slot).length)
#define xsmcGetBufferWritable(slot, data, size) xsmcGetBufferReadable(slot, data, size)
#define xsmcSetArrayBuffer(slot, data, size) xsNewBuffer(the, &(slot), data, size)
void* xsNewBuffer(xsMachine* the, xsSlot* slot, const void* data, xsIntegerValue size);
