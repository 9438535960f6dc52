/* lwIP's options in the simulator: the boards'. */
#pragma once

#include "board-options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LWIP_NETCONN_THREAD_SEM_GET() threadSemaphore()
struct Semaphore** threadSemaphore(void);

uint32_t randomNumber(void); /* machine.c */
#define LWIP_HOOK_TCP_ISN(localAddress, localPort, remoteAddress, remotePort) randomNumber()
#define LWIP_RAND() randomNumber()

/* The ports of outgoing connections; each process begins elsewhere (tunnel.c). */
#define TCP_LOCAL_PORT_RANGE_START 50000
#define TCP_LOCAL_PORT_RANGE_END 65535
#define TCP_ENSURE_LOCAL_PORT_RANGE(port) ((void)(port), firstLocalPort())
uint16_t firstLocalPort(void);

#ifdef YIELDCAM_CUSTOM_ALLOCATOR
	#undef MEM_LIBC_MALLOC
	#define MEM_CUSTOM_ALLOCATOR 1
	#define MEM_CUSTOM_MALLOC malloc
	#define MEM_CUSTOM_CALLOC calloc
	#define MEM_CUSTOM_FREE free
#endif
