#include "memory.h"

#include "lwip/memp.h"
#include "lwip/opt.h"
#include "lwip/stats.h"

#include <malloc.h>
#include <stdlib.h>

static long gBlocks, gUntilFailure;
static size_t gBytes, gMost;
static bool gFailing, gFailed, gStaysFailing;
static __thread bool gSpared;

long memoryBlocks(void)
{
	return __atomic_load_n(&gBlocks, __ATOMIC_SEQ_CST);
}

size_t memoryBytes(void)
{
	return __atomic_load_n(&gBytes, __ATOMIC_SEQ_CST);
}

size_t memoryMostBytes(void)
{
	return __atomic_exchange_n(&gMost, memoryBytes(), __ATOMIC_SEQ_CST);
}

void memoryFailAt(long which, bool on)
{
	__atomic_store_n(&gFailed, false, __ATOMIC_SEQ_CST);
	__atomic_store_n(&gStaysFailing, on, __ATOMIC_SEQ_CST);
	__atomic_store_n(&gUntilFailure, which, __ATOMIC_SEQ_CST);
	__atomic_store_n(&gFailing, which > 0, __ATOMIC_SEQ_CST);
}

bool memoryFailed(void)
{
	return __atomic_load_n(&gFailed, __ATOMIC_SEQ_CST);
}

static bool fails(void)
{
	long left;
	if (gSpared || !__atomic_load_n(&gFailing, __ATOMIC_SEQ_CST))
		return false;
	left = __atomic_sub_fetch(&gUntilFailure, 1, __ATOMIC_SEQ_CST);
	if (left > 0 || (left < 0 && !__atomic_load_n(&gStaysFailing, __ATOMIC_SEQ_CST)))
		return false;
	__atomic_store_n(&gFailed, true, __ATOMIC_SEQ_CST);
	return true;
}

static void* counted(void* memory)
{
	size_t bytes, most;
	if (!memory)
		return NULL;
	__atomic_add_fetch(&gBlocks, 1, __ATOMIC_SEQ_CST);
	bytes = __atomic_add_fetch(&gBytes, malloc_usable_size(memory), __ATOMIC_SEQ_CST);
	most = __atomic_load_n(&gMost, __ATOMIC_SEQ_CST);
	while (
		bytes > most && !__atomic_compare_exchange_n(&gMost, &most, bytes, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	return memory;
}

void* memoryAllocate(size_t size)
{
	return fails() ? NULL : counted(malloc(size));
}

void* memoryAllocateZero(size_t count, size_t size)
{
	return fails() ? NULL : counted(calloc(count, size));
}

void memoryFree(void* memory)
{
	if (!memory)
		return;
	__atomic_sub_fetch(&gBlocks, 1, __ATOMIC_SEQ_CST);
	__atomic_sub_fetch(&gBytes, malloc_usable_size(memory), __ATOMIC_SEQ_CST);
	free(memory);
}

/* The linker puts this before lwIP's. Espressif's lwIP limits the blocks of connections by itself; others' do not. */
void* __real_memp_malloc(memp_t type);
void* __wrap_memp_malloc(memp_t type);
void* __wrap_memp_malloc(memp_t type)
{
	void* memory;
	if (type == MEMP_TCP_PCB && lwip_stats.memp[MEMP_TCP_PCB]->used >= MEMP_NUM_TCP_PCB)
		return NULL;
	/* lwIP's assertion, which restarts the board: a timer without memory. */
	gSpared = type == MEMP_SYS_TIMEOUT;
	memory = __real_memp_malloc(type);
	gSpared = false;
	return memory;
}
