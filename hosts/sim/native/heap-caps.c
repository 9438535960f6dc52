/*
	PSRAM: ordinary memory, up to the size that --psram sets. Without that option PSRAM
	reports no size. No other memory is counted. During the fault buffers-exhausted no
	PSRAM is left.
*/
#include "esp_heap_caps.h"
#include "host.h"

#include <malloc.h>
#include <stdlib.h>

static size_t gUsed, gMostUsed;

void* heap_caps_malloc(size_t size, uint32_t caps)
{
	void* memory = faultActive(kFaultBuffers) ? NULL : malloc(size);
	(void)caps;
	if (!memory)
		return NULL;
	size_t used = __atomic_add_fetch(&gUsed, malloc_usable_size(memory), __ATOMIC_RELAXED);
	if (used > gOptions.psram && gOptions.psram) {
		heap_caps_free(memory);
		return NULL;
	}
	size_t most = __atomic_load_n(&gMostUsed, __ATOMIC_RELAXED);
	while (
		most < used && !__atomic_compare_exchange_n(&gMostUsed, &most, used, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return memory;
}

void heap_caps_free(void* memory)
{
	__atomic_sub_fetch(&gUsed, malloc_usable_size(memory), __ATOMIC_RELAXED);
	free(memory);
}

size_t heap_caps_get_total_size(uint32_t caps)
{
	return caps & MALLOC_CAP_SPIRAM ? gOptions.psram : 0;
}

static size_t withoutUsed(uint32_t caps, const size_t* used)
{
	size_t total = heap_caps_get_total_size(caps), taken = __atomic_load_n(used, __ATOMIC_RELAXED);
	/* A thread whose allocation is about to fail may have counted it already. */
	return taken < total ? total - taken : 0;
}

size_t heap_caps_get_free_size(uint32_t caps)
{
	return withoutUsed(caps, &gUsed);
}

size_t heap_caps_get_minimum_free_size(uint32_t caps)
{
	return withoutUsed(caps, &gMostUsed);
}
