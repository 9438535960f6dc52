/* Espressif's memory by kind, of which the tests have one (memory.c). */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#define MALLOC_CAP_8BIT (1 << 2)
#define MALLOC_CAP_SPIRAM (1 << 10)
#define MALLOC_CAP_INTERNAL (1 << 11)

/* Callers are compiled with malloc() as a name of memoryAllocate(). */
#define heap_caps_malloc(size, caps) malloc(size)
#define heap_caps_free(memory) free(memory)
