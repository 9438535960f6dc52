/*
	How much memory there is, and how much of it is in use: the machine's own heap, as
	XS counts it, its reserve, and the kinds of memory that esp-idf distinguishes. One
	file for the board and for the simulators.

	Except for xs_memory_room() and xs_memory_settle(), these functions return numbers
	that are kept anyway. They collect and search nothing, so they may be called every
	second.
*/
#include "reserve.h"
#include "xsHost.h"
#include "esp_heap_caps.h"
#include "esp_timer.h"

/* Built-in objects are in flash on the board. If they are in the heap, they are not counted. */
#ifndef BUILT_IN_SLOTS
	#define BUILT_IN_SLOTS 0
	#define BUILT_IN_CHUNKS 0
#endif

enum {
	/*
		A collection is worth its time once this much was allocated since the last, or
		once so many microseconds have passed, since what was alive then may be garbage
		now. XS cannot tell how much is garbage.
	*/
	kWorthSlots = 128,
	kWorthBytes = 2048,
	kWorthAfter = 50 * 1000,
};

/* In use after the last known collection, and when that was. */
static HeapSize gAlive;
static int64_t gCollected;

static HeapSize inUse(txMachine* the)
{
	return (HeapSize){ the->currentHeapCount, the->currentChunksSize };
}

/* A heap that may grow by itself, as in the simulator's host profile, has no limit. */
static bool isLimited(txMachine* the)
{
	return reserveSize() || !the->minimumHeapCount;
}

/* 0: slots in use, 1: slots in total, 2: bytes of chunks in use, 3: bytes of chunks in total; without the reserve */
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

/* The reserve, in bytes. 0: size, 1: in use, 2: the most that was ever in use. */
void xs_memory_reserve(txMachine* the)
{
	switch (fxToInteger(the, mxArgv(0))) {
	case 0: fxInteger(the, mxResult, (txInteger)reserveSize()); break;
	case 1: fxInteger(the, mxResult, (txInteger)reserveUsed(the)); break;
	case 2: fxInteger(the, mxResult, (txInteger)reservePeak(the)); break;
	}
}

/* Internal memory or PSRAM, in bytes. 0: size, 1: free, 2: the least that was ever free. */
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
	gCollected = esp_timer_get_time();
}

static bool hasRoom(txMachine* the, txInteger slots, txInteger bytes)
{
	HeapSize base = reserveBase(the), use = inUse(the);
	return base.slots - use.slots >= slots && base.chunks - use.chunks >= bytes;
}

/*
	Returns whether the given number of slots and bytes are free, without the reserve.
	If they are not, it collects garbage first, if that may free some; with the third
	argument true, always.
*/
void xs_memory_room(txMachine* the)
{
	txInteger slots = fxToInteger(the, mxArgv(0)), bytes = fxToInteger(the, mxArgv(1));
	HeapSize use = inUse(the);
	bool room = !isLimited(the) || hasRoom(the, slots, bytes);
	/* XS collects by itself, too. Whenever it is asked, this notices that there is less in use than after the last collection. */
	if (use.slots < gAlive.slots)
		gAlive.slots = use.slots;
	if (use.chunks < gAlive.chunks)
		gAlive.chunks = use.chunks;
	if (!room) {
		if ((mxArgc > 2 && fxToBoolean(the, mxArgv(2))) || use.slots - gAlive.slots >= kWorthSlots ||
			use.chunks - gAlive.chunks >= kWorthBytes || esp_timer_get_time() - gCollected >= kWorthAfter) {
			collect(the);
			room = hasRoom(the, slots, bytes);
		}
	}
	fxBoolean(the, mxResult, room);
}

/* Frees what the heap does not need of its reserve, if it has grown into it. Returns the bytes that it keeps. */
void xs_memory_settle(txMachine* the)
{
	if (reserveUsed(the))
		collect(the);
	fxInteger(the, mxResult, (txInteger)reserveUsed(the));
}

/* Returns whether the machine already has a property name. Every new name stays as long as the machine lives. */
void xs_memory_isName(txMachine* the)
{
	fxBoolean(the, mxResult, fxFindName(the, fxToString(the, mxArgv(0))) != XS_NO_ID);
}
