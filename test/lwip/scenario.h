/* What the scenarios have in common. Their functions run on the driver's thread, and return when the world is quiet. */
#pragma once

#include "memory.h"
#include "peer.h"
#include "script.h"
#include "wire.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

enum {
	kPort = 80,
	kPeers = 0x0a000100, /* the first peer's address */
	kMinute = 60 * 1000,
	kBacklog = 8,  /* listener-lwip.c */
	kSkipped = 77, /* a process's status, if this machine cannot run the scenario */
};

typedef struct {
	const char* name;
	void (*run)(void);
} Scenario;

extern const Scenario kAcceptScenarios[], kEventScenarios[], kMemoryScenarios[], kTransferScenarios[],
	kConnectScenarios[], kChurnScenarios[], kTunnelScenarios[];

#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			worldFail("%s:%d: %s", __FILE__, __LINE__, #condition); \
	} while (0)
/* As EXPECT, for two numbers. */
#define EQUAL(actual, expected) \
	do { \
		long long actual_ = (long long)(actual), expected_ = (long long)(expected); \
		if (actual_ != expected_) \
			worldFail("%s:%d: %s is %lld, and not %lld", __FILE__, __LINE__, #actual, actual_, expected_); \
	} while (0)
/* Lets the world go on until the condition is met, for so many milliseconds at most. */
#define REACHES(condition, milliseconds) \
	({ \
		uint32_t end_ = worldNow() + (milliseconds); \
		worldQuiet(); \
		while (!(condition) && step(end_)) \
			; \
		(condition); \
	})
#define REACH(condition, milliseconds) \
	do { \
		if (!REACHES(condition, milliseconds)) \
			worldFail("%s:%d: %s is not reached", __FILE__, __LINE__, #condition); \
	} while (0)

/* Does what is due, or lets time pass up to the next event. Returns false at the end. */
bool step(uint32_t end);
void pass(uint32_t milliseconds);
/* Moves what is on the wire, without letting time pass. */
void settle(void);

/* lwIP's blocks of connections: of all, and of those in TIME_WAIT. */
size_t blocks(void);
size_t blocksInTimeWait(void);
/* Bytes that connections have taken of the memory that they share (pcb-lwip.c). */
size_t sharedInput(void);
/* Checks that everything is free again, after as much time as lwIP needs for it. */
void expectNothingLeft(void);

/* A server on the machine */

enum { kMostSockets = 64 };

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

/* A new peer of the server, whose address no other peer has. */
Peer* newPeer(void);
/* The same, connected. */
Peer* client(void);
/* Checks that an echoing server serves another client. */
void expectService(void);
/* The address of a socket's peer. */
uint32_t remoteOf(Socket* socket);
/* Bytes to compare: the same for the same index. */
uint8_t patternAt(size_t index);
void fillPattern(uint8_t* data, size_t start, size_t length);
