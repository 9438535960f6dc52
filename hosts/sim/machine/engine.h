/* The XS machine, as seen by the program around it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	size_t slots, slotLimit;   /* in use and allowed, without the built-ins */
	size_t chunks, chunkLimit; /* bytes, same as above */
	size_t reservePeak;        /* most bytes of the reserve that were in use */
	size_t stackPeak, stack;   /* most slots of the stack that were in use, and all, beyond those of the built-ins */
} HeapUse;

void* machineCreate(void);
void machineRun(void* machine);
void machineDelete(void* machine);
/* Reports the rejections that nobody has handled. Call it when the posted messages have been handled. */
void machineTurn(void* machine);
HeapUse machineHeap(void* machine, bool collect);

/* Names a program that does not yield (stuck.c). The thread that calls it is the one with the loop. */
void stuckWatch(void* machine);
/* A turn of the loop is over. */
void stuckTurn(void);
