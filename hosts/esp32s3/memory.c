/*
	How much memory there is, and how much of it is taken: the machine's own heap, as
	XS counts it, and the kinds of memory that esp-idf tells apart. One file for the
	board and for the simulators.

	Every number is one that is kept anyway: nothing is collected or searched for it,
	so it may be asked for every second.
*/
#include "xsAll.h"
#include "xsHost.h"
#include "esp_heap_caps.h"

/* In flash on the board. Where they are in the heap, they are not counted. */
#ifndef BUILT_IN_SLOTS
	#define BUILT_IN_SLOTS 0
	#define BUILT_IN_CHUNKS 0
#endif

/* slots in use, slots there are, bytes of chunks in use, bytes of chunks there are */
void xs_memory_heap(txMachine* the)
{
	switch (fxToInteger(the, mxArgv(0))) {
	case 0: fxInteger(the, mxResult, the->currentHeapCount - BUILT_IN_SLOTS); break;
	case 1: fxInteger(the, mxResult, the->maximumHeapCount - BUILT_IN_SLOTS); break;
	case 2: fxInteger(the, mxResult, the->currentChunksSize - BUILT_IN_CHUNKS); break;
	case 3: fxInteger(the, mxResult, the->maximumChunksSize - BUILT_IN_CHUNKS); break;
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
