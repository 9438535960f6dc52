/*
	Where a value was thrown, or a promise rejected with it, that is not an Error: it has
	no stack of its own. The last few are kept as text, outside of the script's heap.
*/
#include "machine.h"
#include "host.h"

#include <stdio.h>

enum { kMost = 16, kLength = 1024 };

typedef struct {
	const void* promise; /* NULL if the value was thrown */
	txSlot value;
	char frames[kLength];
} Place;

static Place gPlaces[kMost];
static unsigned gNext;

bool isError(const txSlot* value)
{
	const txSlot* first = value->kind == XS_REFERENCE_KIND ? value->value.reference->next : NULL;
	return first && first->kind == XS_ERROR_KIND;
}

static bool isSame(const txSlot* one, const txSlot* other)
{
	if (one->kind != other->kind)
		return false;
	switch (one->kind) {
	case XS_UNDEFINED_KIND:
	case XS_NULL_KIND: return true;
	case XS_BOOLEAN_KIND: return one->value.boolean == other->value.boolean;
	case XS_INTEGER_KIND: return one->value.integer == other->value.integer;
	case XS_NUMBER_KIND: return one->value.number == other->value.number;
	/* A collection may move a string, and then its place is not known. */
	case XS_STRING_KIND:
	case XS_STRING_X_KIND: return one->value.string == other->value.string;
	default: return one->value.reference == other->value.reference;
	}
}

/* Returns the latest place of a promise, or of a value. */
static Place* find(const void* promise, const txSlot* value)
{
	for (unsigned back = 1; back <= kMost; back++) {
		Place* place = &gPlaces[(gNext - back) % kMost];
		if (*place->frames && (promise ? place->promise == promise : isSame(&place->value, value)))
			return place;
	}
	return NULL;
}

static Place* add(const void* promise, const txSlot* value)
{
	Place* place = &gPlaces[gNext++ % kMost];
	place->promise = promise;
	place->value.kind = value->kind;
	place->value.value = value->value;
	return place;
}

/* Called by the interpreter (xs-run.sed). */
void thrownHere(void* machine)
{
	txMachine* the = machine;
	if (gOptions.lines && !isError(&mxException))
		framesText(the, add(NULL, &mxException)->frames, kLength);
}

/* Called for a promise that is rejected, whether or not it has a handler (xs-promise.sed). */
void rejectedHere(void* machine, const void* promise)
{
	txMachine* the = machine;
	const txSlot* reason = mxPromiseResult((txSlot*)promise);
	char frames[kLength];
	const Place* thrown;
	if (!gOptions.lines || isError(reason))
		return;
	/* An async function has left its frames when its promise is rejected with what it has thrown. */
	thrown = find(NULL, reason);
	if (thrown && !thrown->promise)
		memcpy(frames, thrown->frames, kLength);
	else if (!*framesText(the, frames, kLength) && thrown)
		memcpy(frames, thrown->frames, kLength);
	memcpy(add(promise, reason)->frames, frames, kLength);
}

/* Returns what the log adds to a value that the script has caught: nothing for an Error, which has a stack. */
void xs_sim_thrown(txMachine* the)
{
	const char* frames = isError(mxArgv(0)) ? "" : thrownText(NULL, mxArgv(0));
	char text[kLength + 32];
	snprintf(text, sizeof text, "%s%s", *frames ? ", which is not an Error" : "", frames);
	fxString(the, mxResult, text);
}

const char* thrownText(const void* promise, const txSlot* value)
{
	const Place* place = find(promise, value);
	return place ? place->frames : "";
}
