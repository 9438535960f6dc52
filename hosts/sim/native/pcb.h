/*
	TCP control blocks: sockets with the buffers and the behavior of lwIP's, on which
	the script's TCP and Listener objects are built.
*/
#pragma once

#include "host.h"

typedef struct Pcb Pcb;

/* Events of a control block. Its owner decides when to report them to the script. */
enum {
	kPcbWritable = 1 << 0,
	kPcbReadable = 1 << 1,
	kPcbError = 1 << 2, /* a reset, a failed connect */
	kPcbConnected = 1 << 3,
	kPcbEnd = 1 << 4, /* the peer's FIN */
};
typedef void (*PcbNotify)(void* owner, int what);

void pcbSegments(int fd); /* sets lwIP's segment size, before listen() or connect() */
Pcb* pcbAdopt(int fd);    /* an accepted socket */
Pcb* pcbConnect(const char* address, uint16_t port, const char** error);
void pcbOwn(Pcb* pcb, void* owner, PcbNotify notify);
void pcbSetNoDelay(Pcb* pcb, bool on);
/* Closes as lwIP does: sends the unsent bytes, but resets the connection if input is unread or still arrives. */
void pcbClose(Pcb* pcb);

/* Resets the connection: unacknowledged bytes are lost, and the block is free at once. */
void pcbAbort(Pcb* pcb);
/* Sends a FIN once everything is sent. Input is still received. */
void pcbEnd(Pcb* pcb);

size_t pcbAvailable(const Pcb* pcb); /* bytes received and unread */
void pcbRead(Pcb* pcb, void* data, size_t length);
bool pcbEnded(const Pcb* pcb); /* a FIN or a reset has arrived */
size_t pcbRoom(Pcb* pcb);
void pcbWrite(Pcb* pcb, const void* data, size_t length); /* length <= pcbRoom() */
void pcbFlush(Pcb* pcb);
bool pcbReset(const Pcb* pcb);
bool pcbRemote(const Pcb* pcb, char* address, size_t size, uint16_t* port);

/* Reports whether a control block is free. The board has 16 for connections. */
bool pcbFree(void);
void pcbOnFree(void (*callback)(void));
