/* lwIP's options: the boards', and what the tests count and change. memory.c also counts where lwIP itself does not. */
#pragma once

#include "board-options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Counts, for what is left at the end. */
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1
#define MEMP_STATS 1

/* The world (world.c). */
#define LWIP_NETCONN_THREAD_SEM_GET() worldThreadSemaphore()
#define LWIP_ASSERT_CORE_LOCKED() worldAssertLwipThread()
#define LWIP_MARK_TCPIP_THREAD() worldMarkLwipThread()
#define LWIP_HOOK_TCP_ISN(localAddress, localPort, remoteAddress, remotePort) worldRandom()
#define LWIP_RAND() worldRandom()

/* Memory that fails on demand (memory.c). */
#define mem_clib_malloc memoryAllocate
#define mem_clib_calloc memoryAllocateZero
#define mem_clib_free memoryFree
#ifdef YIELDCAM_CUSTOM_ALLOCATOR
	#undef MEM_LIBC_MALLOC
	#define MEM_CUSTOM_ALLOCATOR 1
	#define MEM_CUSTOM_MALLOC memoryAllocate
	#define MEM_CUSTOM_CALLOC memoryAllocateZero
	#define MEM_CUSTOM_FREE memoryFree
#endif
void* memoryAllocate(size_t size);
void* memoryAllocateZero(size_t count, size_t size);
void memoryFree(void* memory);

void worldAssertLwipThread(void);
void worldMarkLwipThread(void);
uint32_t worldRandom(void);
struct WorldSemaphore** worldThreadSemaphore(void);
