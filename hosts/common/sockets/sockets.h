/* What the script's TCP, Listener and UDP objects have in common. */
#pragma once

#include "pcb.h"
#include "xsmc.h"

/*
	Each kind of socket begins with this. Events of a control block, which may come on
	lwIP's thread, are collected, and one message at a time makes the machine report them to
	the script. The socket's memory stays until the object is gone and no message is queued.
*/
typedef struct Socket Socket;
struct Socket {
	xsMachine* the;
	xsSlot object;
	xsSlot* onReadable;
	PcbMessage message;
	void (*report)(Socket* socket);  /* calls the script's callbacks */
	void (*destroy)(Socket* socket); /* frees the socket */
	int triggered;                   /* events that a queued message will report; atomic, as is the next */
	int uses;                        /* one for the object, one for a queued message */
};

/* Returns the zeroed memory of a socket whose object is xsThis. Throws if there is none. */
void* socketNew(
	xsMachine* the, size_t size, xsHostHooks* hooks, void (*report)(Socket* socket), void (*destroy)(Socket* socket));
/* For objects without callbacks of their own beside onReadable: marks that. */
void socketMark(xsMachine* the, void* data, xsMarkRoot markRoot);
/* Makes the machine report events. On any thread. */
void socketTrigger(Socket* socket, int events);
/* Takes the events that are to be reported. */
int socketTake(Socket* socket);
/* Calls a callback of the script with a count, or without if that is negative. */
void socketCall(const Socket* socket, xsSlot* callback, int count);
/* Gives up the object's use of the socket. */
void socketRelease(Socket* socket);

/* Gives the oldest connection that waits to a TCP object made without options. Returns false if none waits any more. */
bool tcpAttach(xsMachine* the, xsSlot* object, PcbListener* listener);

/*
	For natives that write to a TCP object: its control block, or NULL if it cannot be written to any more. What they
	write is sent after the turn. Throws if the object is closed.
*/
Pcb* tcpOutput(xsMachine* the, xsSlot* object);
/* For natives that send by a UDP object. Throws if the object is closed. */
struct UdpPcb* udpOutput(xsMachine* the, xsSlot* object);

/* Returns the callback `id` of the options in xsArg(0), or NULL. Throws if it is not a function. */
xsSlot* optionCallback(xsMachine* the, xsIdentifier id);
/* Returns the option "port". Throws if it is none. */
uint16_t optionPort(xsMachine* the);
/* Copies the option "target" to the object. */
void copyTarget(xsMachine* the);
/*
	Takes the options of a socket that is bound to a place of its own: onReadable, target, port and address, all of which
	may be absent. Returns the port, or 0. Leaves the address as it is if there is none.
*/
uint16_t localOptions(xsMachine* the, Socket* socket, char* address, xsUnsignedValue size);
