/* Between tcp.c and listener.c. */
#pragma once

#include "pcb.h"
#include "xsmc.h"

/* Gives an accepted control block to a TCP object made without options. */
void tcpAttach(xsMachine* the, xsSlot* object, Pcb* pcb);

/* The callback `id` of the options in xsArg(0), or NULL; throws where it is no function. */
xsSlot* optionCallback(xsMachine* the, xsIdentifier id);
/* An integer option within bounds; throws a RangeError naming it. */
int optionInteger(xsMachine* the, xsIdentifier id, const char* name, int least, int most);
void copyTarget(xsMachine* the);
