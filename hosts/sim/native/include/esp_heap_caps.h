/* Espressif's esp_heap_caps.h: memory by kind. A desktop has one kind. */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#define MALLOC_CAP_8BIT (1 << 2)
#define MALLOC_CAP_SPIRAM (1 << 10)

static inline void* heap_caps_malloc(size_t size, unsigned caps)
{
	(void)caps;
	return malloc(size);
}

static inline void heap_caps_free(void* memory)
{
	free(memory);
}
