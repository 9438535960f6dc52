/*
	The machine: a thread that runs scripts in C, over the board's own tcp.c, listener.c and udp.c.
	Its messages wait in a queue of the board's length. An object is freed after the turn
	in which nothing holds it any more, as by a garbage collector without delay.

	All functions are called on the machine's thread, unless noted.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Object Object;
typedef Object Socket;
typedef Object Listener;
typedef Object UdpSocket;
/* `count` is the number of bytes, or of connections or datagrams that wait; -1 if the callback has none. */
typedef void (*Callback)(Object* object, int count);
typedef struct {
	Callback onReadable, onWritable, onError, onEnd;
} Handlers;

void scriptOpen(void);

/* For the driver: runs a function in a turn of the machine, and waits until the world is quiet. */
void inMachine(void (*run)(void*), void* data);
/* For the driver: the most messages that have waited. */
size_t scriptMostMessages(void);
/* For the driver: the objects that the script holds. */
size_t scriptObjects(void);
/* Fills the queue with messages that do nothing. */
void scriptFillQueue(void);
/* The text of the last error that was thrown. */
const char* scriptError(void);

/* `state` is the script's own. They return NULL if the constructor throws. */
Listener* scriptListen(uint16_t port, Callback onReadable, void* state);
Socket* scriptConnect(const char* address, uint16_t port, const Handlers* handlers, void* state);
/* Accepts a connection as the server does: listener.read(), then new TCP({ from }). NULL if none waits. */
Socket* scriptAccept(Listener* listener, const Handlers* handlers, void* state);
uint16_t scriptListenerPort(Listener* listener);
void scriptListenerClose(Listener* listener);

void* scriptState(Object* object);
void scriptClose(Socket* socket);
void scriptAbort(Socket* socket);
void scriptEnd(Socket* socket);
/* Returns the number of bytes; 0 if read() returns undefined. */
size_t scriptRead(Socket* socket, void* data, size_t length);
/* Returns the room that is left; -1 if write() returns undefined, -2 if it throws. */
int scriptWrite(Socket* socket, const void* data, size_t length);
const char* scriptRemote(Socket* socket, uint16_t* port);

/* UDP */

typedef struct {
	const void* data; /* until the next call */
	size_t length;
	const char* address;
	uint16_t port;
} Datagram;

UdpSocket* scriptUdp(uint16_t port, Callback onReadable, void* state);
/* Returns false if read() returns undefined, or throws. */
bool scriptUdpRead(UdpSocket* socket, Datagram* datagram);
/* These return false if the function throws. */
bool scriptUdpWrite(UdpSocket* socket, const void* data, size_t length, const char* address, uint16_t port);
bool scriptUdpAdd(UdpSocket* socket, const char* group);
bool scriptUdpRemove(UdpSocket* socket, const char* group);
void scriptUdpClose(UdpSocket* socket);
/* Makes read() throw, as in a machine whose heap is full. */
void scriptFillHeap(bool full);

/*
	The steps of the machine's thread: points at which lwIP's thread may come between, which
	are its calls into that thread, its locks, and its looks at what that thread writes.
	Before the given step from now on, 1 being the next, the machine's thread runs a
	function, and then waits until lwIP's is quiet.
*/
void scriptAtStep(long which, void (*run)(void*), void* data);
/* Whether that step has come. */
bool scriptStepped(void);
