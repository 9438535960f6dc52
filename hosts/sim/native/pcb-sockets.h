/* The interface between pcb.c and pcb-listener.c. */
#pragma once

#include "host.h"
#include "pcb.h"

#include <netinet/in.h>

/* Sets lwIP's segment size, before listen() or connect(). */
void pcbSegments(int fd);
/* Makes a control block of an accepted socket. */
Pcb* pcbAdopt(int fd, const struct sockaddr_in* peer);

/* Reports whether a control block is free, or would be taken from a closed connection. The board has 16 for connections. */
bool pcbFree(void);
/* Takes it from that one, if none is free. Returns false if there is none. */
bool pcbTake(void);
/* The callback runs whenever a block may be free. */
void pcbOnFree(void (*callback)(void));
