/*
	TCP control blocks: a socket with the buffers and the manners of lwIP's, below
	the script's TCP and Listener objects.
*/
#pragma once

#include "host.h"

typedef struct Pcb Pcb;

/* What can happen to a control block; told to its owner, who decides when the script hears of it. */
enum {
	kPcbWritable = 1 << 0,
	kPcbReadable = 1 << 1,
	kPcbError = 1 << 2, /* the peer's FIN, a reset, a failed connect */
	kPcbConnected = 1 << 3,
};
typedef void (*PcbNotify)(void* owner, int what);

void pcbSegments(int fd); /* of lwIP's size, for a socket that has yet to listen or connect */
Pcb* pcbAdopt(int fd);    /* an accepted socket */
Pcb* pcbConnect(const char* address, uint16_t port, const char** error);
void pcbOwn(Pcb* pcb, void* owner, PcbNotify notify);
void pcbSetNoDelay(Pcb* pcb, bool on);
/* Closes as lwIP does: what is unsent still goes out, but input that is unread, or yet to come, makes it a reset. */
void pcbClose(Pcb* pcb);

/* Resets the connection: what the peer has not acknowledged is lost, and the block is free at once. */
void pcbAbort(Pcb* pcb);
/* Says that nothing more will be written, once everything is sent; what comes is still received. */
void pcbEnd(Pcb* pcb);

size_t pcbAvailable(const Pcb* pcb); /* bytes received and unread */
void pcbRead(Pcb* pcb, void* data, size_t length);
bool pcbEnded(const Pcb* pcb); /* FIN or reset seen */
size_t pcbRoom(Pcb* pcb);
void pcbWrite(Pcb* pcb, const void* data, size_t length); /* length <= pcbRoom() */
void pcbFlush(Pcb* pcb);
bool pcbReset(const Pcb* pcb);
bool pcbRemote(const Pcb* pcb, char* address, size_t size, uint16_t* port);

/* The board has 16 control blocks for connections. */
bool pcbFree(void);
void pcbOnFree(void (*callback)(void));
