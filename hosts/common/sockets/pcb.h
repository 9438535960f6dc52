/*
	TCP control blocks, on which the script's TCP and Listener objects are built. There
	are two kinds: lwIP's, on the board, and Linux sockets with the buffers and the
	behavior of lwIP's, in the simulators.

	All functions are called on the machine's thread. Notifications may come on another
	one, lwIP's.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Pcb Pcb;
typedef struct PcbListener PcbListener;

/* Events of a control block. Its owner decides when to report them to the script. */
enum {
	kPcbWritable = 1 << 0,
	kPcbReadable = 1 << 1,
	kPcbError = 1 << 2, /* a reset, a failed connect */
	kPcbConnected = 1 << 3,
	kPcbEnd = 1 << 4, /* the peer's FIN */
};
typedef void (*PcbNotify)(void* owner, int what);

typedef void (*PcbDeliver)(void* the, void* refcon, uint8_t* message, uint16_t messageLength);

/* A message to the machine, in the object that it is about, which waits in the machine's queue once at most. */
typedef struct PcbMessage PcbMessage;
struct PcbMessage {
	void* the;
	PcbDeliver deliver;
	void* refcon;
	PcbMessage* next; /* pcbPost()'s own */
};

/*
	Posts a message, on any thread, and never waits: lwIP's thread and the machine's would
	wait for each other. If the queue is full, the message follows as soon as there is room.
	Returns false if the machine is ending.
*/
bool pcbPost(PcbMessage* message);

enum { kPcbText = 128 };
/* An error, for people. */
typedef char PcbText[kPcbText];

/* The number of blocks that are left for connections. */
size_t pcbLeft(void);

/* Returns NULL and an error if there is no block, or no route to the address. */
Pcb* pcbConnect(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error);
/* Notifies another owner from now on, or none: when it returns, the last one is not being notified any more. */
void pcbOwn(Pcb* pcb, void* owner, PcbNotify notify);
/* Closes as lwIP does: sends the unsent bytes, but resets the connection if input is unread or still arrives. */
void pcbClose(Pcb* pcb);
/* Resets the connection: unacknowledged bytes are lost, and the block is free at once. */
void pcbAbort(Pcb* pcb);
/* Sends a FIN once everything is sent. Input is still received. */
void pcbEnd(Pcb* pcb);

size_t pcbAvailable(const Pcb* pcb); /* bytes received and unread */
size_t pcbUnread(const Pcb* pcb);    /* the same, with those that no event has reported yet */
void pcbRead(Pcb* pcb, void* data, size_t length);
bool pcbEnded(const Pcb* pcb); /* a FIN or a reset has arrived */
bool pcbReset(const Pcb* pcb);
size_t pcbRoom(Pcb* pcb);
/* Writes pieces, which together are no longer than pcbRoom(). */
typedef struct {
	const void* data;
	size_t length;
} PcbPiece;
void pcbWritePieces(Pcb* pcb, const PcbPiece* pieces, size_t count);
void pcbFlush(Pcb* pcb);
/* The peer's address and port, which are known also after a reset. */
const char* pcbRemote(const Pcb* pcb, uint16_t* port);

/* Returns NULL and an error if it cannot listen. `notify` is called when a connection waits; `what` is 0. */
PcbListener* pcbListen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error);
/* The number of connections that wait. */
size_t pcbPending(const PcbListener* listener);
/* The oldest connection that waits. NULL if none does. */
Pcb* pcbAccept(PcbListener* listener);
uint16_t pcbListenerPort(const PcbListener* listener);
/* Closes the connections that wait, too. */
void pcbListenerClose(PcbListener* listener);
