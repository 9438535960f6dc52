/* A server on the machine, and what its scripts do in callbacks. */
#pragma once

#include "script.h"

enum {
	kPort = 80,
	kBacklog = 8, /* listener-lwip.c */
	kMostSockets = 64,
};

typedef struct {
	Handlers handlers; /* of the accepted sockets, whose state is the server */
	bool holds;        /* leaves connections in the listener */
	Listener* listener;
	Socket* sockets[kMostSockets]; /* those that are open */
	size_t count;
	unsigned accepted, nothing;     /* read() returned a socket, or undefined */
	uint32_t remotes[kMostSockets]; /* the addresses of the accepted sockets, by `accepted` */
	bool wrongRemote;               /* a socket's address changed */
	bool ended;                     /* by the script */
	void* state;                    /* a scenario's own */
	unsigned errors, ends, readable, writable;
} Server;

/* Reads what comes, and writes it; leaves at an end or an error. */
extern const Handlers kEcho;

void serverOpen(Server* server, const Handlers* handlers);
/* Accepts what waits. */
void serverAccept(Server* server);
/* Closes the listener and the sockets that are open. */
void serverClose(Server* server);
/* For scripts: closes a socket, or aborts it, and forgets it. */
void leave(Socket* socket);
void leaveAtOnce(Socket* socket);
/* For the driver: runs a function on the machine, for each open socket. */
void serverEach(Server* server, void (*run)(Socket* socket));
/* The address of a socket's peer. */
uint32_t remoteOf(Socket* socket);

/* Callbacks of sockets whose state is a server: */

void readsAll(Socket* socket, int count);
/* Writes as much as there is room for. */
void writesAll(Socket* socket, int room);
void countsEnd(Socket* socket, int count);
void countsError(Socket* socket, int count);
void leavesAtEnd(Socket* socket, int count);
void leavesAtError(Socket* socket, int count);
