/* Where an error was thrown, and where the script is now, as text: without running script, since the heap may be full. */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>

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

const char* exceptionText(txMachine* the, const txSlot* exception, char* buffer, size_t size)
{
	Text text = { buffer, size, 0 };
	const txSlot *instance, *slot;
	const char *name, *message;
	*buffer = 0;
	if (textOf(exception))
		append(&text, "%s", textOf(exception));
	if (exception->kind != XS_REFERENCE_KIND) {
		if (!*buffer)
			append(&text, "%s", "an exception that is not an Error");
		return buffer;
	}
	instance = exception->value.reference;
	name = propertyText(instance, mxID(_name));
	message = propertyText(instance, mxID(_message));
	if (!message)
		append(&text, "%s", "an exception that is not an Error");
	else if (name && strcmp(name, "Error"))
		append(&text, "%s: %s", name, message);
	else
		append(&text, "%s", message);
	slot = instance->next;
	if (slot && slot->kind == XS_ERROR_KIND && slot->value.reference) {
		/* The frames that fxCaptureErrorStack() has noted. */
		for (slot = slot->value.reference->next; slot; slot = slot->next)
			appendFrame(the, &text, slot->value.key.string, slot->ID, (txInteger)slot->value.key.sum);
	}
	return buffer;
}

const char* framesText(txMachine* the, char* buffer, size_t size)
{
	Text text = { buffer, size, 0 };
	*buffer = 0;
	for (txSlot* frame = the->frame; frame && frame->next; frame = frame->next) {
		const txSlot* environment = mxFrameToEnvironment(frame);
		const txSlot* function = frame + 3;
		const char* name = NULL;
		if (function->kind == XS_REFERENCE_KIND)
			name = propertyText(function->value.reference, mxID(_name));
		appendFrame(the, &text, name, environment->ID, environment->value.environment.line);
	}
	return buffer;
}
