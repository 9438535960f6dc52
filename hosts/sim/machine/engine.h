/* The XS machine, as the program around it sees it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	size_t slots, slotLimit;   /* in use and allowed beyond the built-ins */
	size_t chunks, chunkLimit; /* bytes, likewise */
	size_t reservePeak;        /* bytes of the reserve that were in use at most */
} HeapUse;

void* machineCreate(void);
void machineRun(void* machine);
void machineDelete(void* machine);
HeapUse machineHeap(void* machine, bool collect);
