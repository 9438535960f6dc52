/* The interface between tcp.c and listener.c. */
#pragma once

#include "pcb.h"
#include "xsmc.h"

/* Gives the oldest connection that waits to a TCP object made without options. Returns false if none waits any more. */
bool tcpAttach(xsMachine* the, xsSlot* object, PcbListener* listener);

/* Returns the callback `id` of the options in xsArg(0), or NULL. Throws if it is not a function. */
xsSlot* optionCallback(xsMachine* the, xsIdentifier id);
/* Returns an integer option. Throws a RangeError with its name if it is out of bounds. */
int optionInteger(xsMachine* the, xsIdentifier id, const char* name, int least, int most);
void copyTarget(xsMachine* the);
