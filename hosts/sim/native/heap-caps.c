/* PSRAM: memory like any other, up to the size that --psram gives it. */
#include "esp_heap_caps.h"
#include "host.h"

#include <malloc.h>
#include <stdlib.h>

static size_t gUsed;

void* heap_caps_malloc(size_t size, uint32_t caps)
{
	void* memory = malloc(size);
	(void)caps;
	if (!memory)
		return NULL;
	size_t taken = malloc_usable_size(memory);
	if (__atomic_add_fetch(&gUsed, taken, __ATOMIC_RELAXED) > gOptions.psram && gOptions.psram) {
		heap_caps_free(memory);
		return NULL;
	}
	return memory;
}

void heap_caps_free(void* memory)
{
	__atomic_sub_fetch(&gUsed, malloc_usable_size(memory), __ATOMIC_RELAXED);
	free(memory);
}
