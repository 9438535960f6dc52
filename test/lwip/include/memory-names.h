/* Included before the board's sockets: their memory is that of memory.c. */
#pragma once

#include <stddef.h>

void* memoryAllocate(size_t size);
void* memoryAllocateZero(size_t count, size_t size);
void memoryFree(void* memory);

#define malloc(size) memoryAllocate(size)
#define calloc(count, size) memoryAllocateZero(count, size)
#define free(memory) memoryFree(memory)
