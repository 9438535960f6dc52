/*
	The reserve: memory outside the script's heap, PSRAM on the board, that the heap
	grows into if its own runs out. So a miscount costs speed instead of a restart.
*/
#pragma once

#include "xsAll.h"

#include <stddef.h>

/* Whether the platform's allocators support regions. Those of Moddable's desktop simulator do not. */
#ifndef RESERVE
	#if ESP32
		#define RESERVE 1
	#else
		#define RESERVE 0
	#endif
#endif

/* About as much again as the heap has. Slots and chunks share it, whichever run out. */
#define RESERVE_SIZE (10 * 1024 * sizeof(txSlot))

/* Slots, and bytes of chunks. */
typedef struct {
	txSize slots;
	txSize chunks;
} HeapSize;

/* Gives the machine `size` bytes at `memory` to grow into. Call it once, for a heap that does not grow otherwise. */
void reserveOpen(txMachine* the, void* memory, size_t size);
/* Bytes; 0 if there is no reserve. */
size_t reserveSize(void);
/* Bytes of it that the heap has grown by and not returned; and the most that it ever had. */
size_t reserveUsed(txMachine* the);
size_t reservePeak(txMachine* the);
/* The heap without its reserve. */
HeapSize reserveBase(txMachine* the);
/* Shrinks the heap's part of the reserve to what is alive. Call it after a collection. */
void reserveSettle(txMachine* the);
