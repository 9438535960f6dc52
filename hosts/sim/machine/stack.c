/* Where an error was thrown, and where the script is now, as text: without running script, since the heap may be full. */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>

/*
	A cause may have itself as its cause, and an object itself as a member. Of a recursion
	without an end, the last calls say enough.
*/
enum { kMostCauses = 3, kMostFrames = 10, kMostDepth = 2, kMostMembers = 10 };

typedef struct {
	char* text;
	size_t size, length;
} Text;

static void append(Text* text, const char* format, ...)
{
	va_list arguments;
	if (text->length >= text->size)
		return;
	va_start(arguments, format);
	text->length += (size_t)vsnprintf(text->text + text->length, text->size - text->length, format, arguments);
	va_end(arguments);
}

static const char* textOf(const txSlot* slot)
{
	return slot->kind == XS_STRING_KIND || slot->kind == XS_STRING_X_KIND ? slot->value.string : NULL;
}

/* Returns a property that is text, of the instance or of its prototypes, or NULL. */
static const char* propertyText(const txSlot* instance, txID id)
{
	for (; instance; instance = instance->value.instance.prototype) {
		for (const txSlot* property = instance->next; property; property = property->next) {
			if (property->ID == id && !(property->flag & XS_INTERNAL_FLAG) && textOf(property))
				return textOf(property);
		}
	}
	return NULL;
}

/* A frame without a file is one of XS's own functions, or the bytecode has no lines. */
static void appendFrame(txMachine* the, Text* text, const char* function, txID file, txInteger line)
{
	if (file == XS_NO_ID)
		return;
	if (function && *function)
		append(text, "\n at %s (%s:%d)", function, fxGetKeyName(the, file), line);
	else
		append(text, "\n at %s:%d", fxGetKeyName(the, file), line);
}

static void appendError(txMachine* the, Text* text, const txSlot* instance)
{
	const char* name = propertyText(instance, mxID(_name));
	const char* message = propertyText(instance, mxID(_message));
	const txSlot* slot = instance->next->value.reference;
	append(text, "%s", name ? name : "Error");
	if (message && *message)
		append(text, ": %s", message);
	/* The frames that fxCaptureErrorStack() has noted. */
	for (slot = slot ? slot->next : NULL; slot; slot = slot->next)
		appendFrame(the, text, slot->value.key.string, slot->ID, (txInteger)slot->value.key.sum);
}

static void appendValue(txMachine* the, Text* text, const txSlot* value, int depth);

static void appendObject(txMachine* the, Text* text, const txSlot* instance, int depth)
{
	const txSlot* property = instance->next;
	bool isArray = property && property->kind == XS_ARRAY_KIND;
	txIndex length = isArray ? (txIndex)fxGetIndexSize(the, (txSlot*)property) : 0;
	int count = 0;
	if (mxIsFunction(instance)) {
		append(text, "%s", "a function");
		return;
	}
	append(text, "%s", isArray ? "[" : "{");
	if (!depth && property) {
		append(text, "%s", "…");
		property = NULL;
		length = 0;
	}
	for (txIndex i = 0; i < length && count < kMostMembers; i++) {
		append(text, "%s", count++ ? "," : "");
		appendValue(the, text, &property->value.array.address[i], depth - 1);
	}
	for (; !isArray && property && count < kMostMembers; property = property->next) {
		if (property->flag & (XS_INTERNAL_FLAG | XS_DONT_ENUM_FLAG) || property->kind == XS_ACCESSOR_KIND)
			continue;
		append(text, "%s\"%s\":", count++ ? "," : "", fxGetKeyName(the, property->ID));
		appendValue(the, text, property, depth - 1);
	}
	append(text, "%s%s", count == kMostMembers ? ",…" : "", isArray ? "]" : "}");
}

/* As JSON, without its escapes. */
static void appendValue(txMachine* the, Text* text, const txSlot* value, int depth)
{
	switch (value->kind) {
	case XS_STRING_KIND:
	case XS_STRING_X_KIND: append(text, "\"%s\"", value->value.string); break;
	case XS_REFERENCE_KIND:
		if (isError(value))
			append(text, "%s", "an Error");
		else
			appendObject(the, text, value->value.reference, depth);
		break;
	case XS_INTEGER_KIND: append(text, "%d", value->value.integer); break;
	case XS_NUMBER_KIND: append(text, "%g", value->value.number); break;
	case XS_BOOLEAN_KIND: append(text, "%s", value->value.boolean ? "true" : "false"); break;
	case XS_UNDEFINED_KIND: append(text, "%s", "undefined"); break;
	case XS_NULL_KIND: append(text, "%s", "null"); break;
	case XS_SYMBOL_KIND: append(text, "%s", "a symbol"); break;
	case XS_BIGINT_KIND:
	case XS_BIGINT_X_KIND: append(text, "%s", "a bigint"); break;
	default: append(text, "%s", "a value");
	}
}

/* Returns the message of what ends the simulator without being a fault of the script, such as a wrong option. */
static const char* mistakeText(txMachine* the, const txSlot* exception)
{
	const txSlot* instance = exception->kind == XS_REFERENCE_KIND ? exception->value.reference : NULL;
	if (!instance || instance->value.instance.prototype != mxErrorPrototype.value.reference)
		return NULL;
	return propertyText(instance, mxID(_message));
}

static void appendException(txMachine* the, Text* text, const txSlot* exception, const void* promise)
{
	const char* mistake = mistakeText(the, exception);
	if (isError(exception))
		appendError(the, text, exception->value.reference);
	else if (mistake)
		append(text, "%s", mistake);
	else {
		appendValue(the, text, exception, kMostDepth);
		append(text, ", which is not an Error%s", thrownText(promise, exception));
	}
}

/* Returns the error's cause, if it has one that is not a getter. */
static const txSlot* causeOf(const txSlot* exception)
{
	const txSlot* property = exception->kind == XS_REFERENCE_KIND ? exception->value.reference->next : NULL;
	while (property && (property->ID != mxID(_cause) || (property->flag & XS_INTERNAL_FLAG)))
		property = property->next;
	return property;
}

const char* exceptionText(txMachine* the, const txSlot* exception, const void* promise, char* buffer, size_t size)
{
	Text text = { buffer, size, 0 };
	int causes = kMostCauses;
	*buffer = 0;
	appendException(the, &text, exception, promise);
	while (causes-- && (exception = causeOf(exception))) {
		append(&text, "%s", "\ncaused by: ");
		appendException(the, &text, exception, NULL);
	}
	return buffer;
}

const char* framesText(txMachine* the, char* buffer, size_t size)
{
	Text text = { buffer, size, 0 };
	int count = kMostFrames;
	*buffer = 0;
	for (txSlot* frame = the->frame; frame && frame->next; frame = frame->next) {
		const txSlot* environment = mxFrameToEnvironment(frame);
		if (environment->ID == XS_NO_ID)
			continue;
		if (!count--) {
			append(&text, "%s", "\n …");
			break;
		}
		const txSlot* function = frame + 3;
		const char* name = NULL;
		if (function->kind == XS_REFERENCE_KIND)
			name = propertyText(function->value.reference, mxID(_name));
		appendFrame(the, &text, name, environment->ID, environment->value.environment.line);
	}
	return buffer;
}
