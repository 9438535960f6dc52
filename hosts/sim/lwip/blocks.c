/*
	The number of control blocks. The boards' lwIP (2.2.0-esp) has no more connections than
	LWIP_MAX_ACTIVE_TCP, counted where their blocks are allocated; listeners have blocks of
	another kind. The tree before that does not count what comes from malloc().
*/
#include "lwip/memp.h"

#include <stddef.h>

static size_t gConnections; /* in lwIP's thread only, where all of them are made and freed */

/* The linker puts these before lwIP's. */
void* __real_memp_malloc(memp_t type);
void* __wrap_memp_malloc(memp_t type);
void* __wrap_memp_malloc(memp_t type)
{
	void* memory;
	if (type == MEMP_TCP_PCB && gConnections >= MEMP_NUM_TCP_PCB)
		return NULL;
	memory = __real_memp_malloc(type);
	if (type == MEMP_TCP_PCB && memory)
		gConnections++;
	return memory;
}

void __real_memp_free(memp_t type, void* memory);
void __wrap_memp_free(memp_t type, void* memory);
void __wrap_memp_free(memp_t type, void* memory)
{
	if (type == MEMP_TCP_PCB && memory)
		gConnections--;
	__real_memp_free(type, memory);
}
