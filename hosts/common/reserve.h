/*
	The reserve: memory outside the script's heap, PSRAM on the board, that the heap
	grows into where its own runs out. So a miscount costs speed instead of a restart.
*/
#pragma once

#include "xsAll.h"

#include <stddef.h>

/* Whether the platform's allocators know of regions: not those of Moddable's desktop simulator. */
#ifndef RESERVE
	#if ESP32
		#define RESERVE 1
	#else
		#define RESERVE 0
	#endif
#endif

/* About as much again as the heap has. Slots and chunks share it, whichever runs out. */
#define RESERVE_SIZE (10 * 1024 * sizeof(txSlot))

/* Slots, and bytes of chunks. */
typedef struct {
	txSize slots;
	txSize chunks;
} HeapSize;

/* Gives the machine `size` bytes at `memory` to grow into. To be called once, with a heap that does not grow otherwise. */
void reserveOpen(txMachine* the, void* memory, size_t size);
/* Bytes; 0 where there is none. */
size_t reserveSize(void);
/* Bytes of it that the heap has grown by, and not given back; and the most that it ever had. */
size_t reserveUsed(txMachine* the);
size_t reservePeak(txMachine* the);
/* The heap without its reserve. */
HeapSize reserveBase(txMachine* the);
/* To be called after a collection: the heap gives back what holds nothing alive. */
void reserveSettle(txMachine* the);
