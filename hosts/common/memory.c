/*
	How much memory there is, and how much of it is taken: the machine's own heap, as
	XS counts it, its reserve, and the kinds of memory that esp-idf tells apart. One
	file for the board and for the simulators.

	All but xs_memory_room() and xs_memory_settle() are numbers that are kept anyway:
	nothing is collected or searched for them, so they may be asked for every second.
*/
#include "reserve.h"
#include "xsHost.h"
#include "esp_heap_caps.h"

/* In flash on the board. Where they are in the heap, they are not counted. */
#ifndef BUILT_IN_SLOTS
	#define BUILT_IN_SLOTS 0
	#define BUILT_IN_CHUNKS 0
#endif

enum {
	/* A collection is worth its time once this much was allocated since the last: XS cannot say how much of it is garbage. */
	kWorthSlots = 128,
	kWorthBytes = 2048,
};

/* In use after the last collection that is known of. */
static HeapSize gAlive;

static HeapSize inUse(txMachine* the)
{
	return (HeapSize){ the->currentHeapCount, the->currentChunksSize };
}

/* A heap that may grow by itself, as that of the simulator's host profile, has no limit. */
static bool isLimited(txMachine* the)
{
	return reserveSize() || !the->minimumHeapCount;
}

/* slots in use, slots there are, bytes of chunks in use, bytes of chunks there are, without the reserve */
void xs_memory_heap(txMachine* the)
{
	HeapSize base = reserveBase(the);
	switch (fxToInteger(the, mxArgv(0))) {
	case 0: fxInteger(the, mxResult, the->currentHeapCount - BUILT_IN_SLOTS); break;
	case 1: fxInteger(the, mxResult, base.slots - BUILT_IN_SLOTS); break;
	case 2: fxInteger(the, mxResult, the->currentChunksSize - BUILT_IN_CHUNKS); break;
	case 3: fxInteger(the, mxResult, base.chunks - BUILT_IN_CHUNKS); break;
	}
}

/* Of the reserve: size, bytes in use, the most that were ever in use. */
void xs_memory_reserve(txMachine* the)
{
	switch (fxToInteger(the, mxArgv(0))) {
	case 0: fxInteger(the, mxResult, (txInteger)reserveSize()); break;
	case 1: fxInteger(the, mxResult, (txInteger)reserveUsed(the)); break;
	case 2: fxInteger(the, mxResult, (txInteger)reservePeak(the)); break;
	}
}

/* Of internal memory or of PSRAM: size, free, least that was ever free, all in bytes. */
void xs_memory_region(txMachine* the)
{
	uint32_t caps = fxToBoolean(the, mxArgv(0)) ? MALLOC_CAP_SPIRAM : MALLOC_CAP_INTERNAL;
	switch (fxToInteger(the, mxArgv(1))) {
	case 0: fxInteger(the, mxResult, (txInteger)heap_caps_get_total_size(caps)); break;
	case 1: fxInteger(the, mxResult, (txInteger)heap_caps_get_free_size(caps)); break;
	case 2: fxInteger(the, mxResult, (txInteger)heap_caps_get_minimum_free_size(caps)); break;
	}
}

/* Adds the reserve to a heap that has none. */
void xs_memory_open(txMachine* the)
{
	void* memory;
	if (!RESERVE || reserveSize() || !isLimited(the))
		return;
	memory = heap_caps_malloc(RESERVE_SIZE, MALLOC_CAP_SPIRAM);
	if (memory)
		reserveOpen(the, memory, RESERVE_SIZE);
}

static void collect(txMachine* the)
{
	fxCollectGarbage(the);
	reserveSettle(the);
	gAlive = inUse(the);
}

static bool hasRoom(txMachine* the, txInteger slots, txInteger bytes)
{
	HeapSize base = reserveBase(the), use = inUse(the);
	return base.slots - use.slots >= slots && base.chunks - use.chunks >= bytes;
}

/*
	Whether so many slots and bytes are free, without the reserve. Where they are not it
	collects, if that may free some: always where the third argument says so.
*/
void xs_memory_room(txMachine* the)
{
	txInteger slots = fxToInteger(the, mxArgv(0)), bytes = fxToInteger(the, mxArgv(1));
	HeapSize use = inUse(the);
	bool room = !isLimited(the) || hasRoom(the, slots, bytes);
	if (!room) {
		/* XS collects by itself as well. */
		if (use.slots < gAlive.slots)
			gAlive.slots = use.slots;
		if (use.chunks < gAlive.chunks)
			gAlive.chunks = use.chunks;
		if ((mxArgc > 2 && fxToBoolean(the, mxArgv(2))) || use.slots - gAlive.slots >= kWorthSlots ||
			use.chunks - gAlive.chunks >= kWorthBytes) {
			collect(the);
			room = hasRoom(the, slots, bytes);
		}
	}
	fxBoolean(the, mxResult, room);
}

/* Gives back what the heap does not need of its reserve, where it has grown into it; the bytes that it keeps. */
void xs_memory_settle(txMachine* the)
{
	if (reserveUsed(the))
		collect(the);
	fxInteger(the, mxResult, (txInteger)reserveUsed(the));
}

/* Whether the machine has a property name already: any other that it is given stays for as long as the machine lives. */
void xs_memory_isName(txMachine* the)
{
	fxBoolean(the, mxResult, fxFindName(the, fxToString(the, mxArgv(0))) != XS_NO_ID);
}
