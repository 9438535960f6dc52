/* What the scenarios have in common. Their functions run on the driver's thread, and return when the world is quiet. */
#pragma once

#include "memory.h"
#include "peer.h"
#include "script.h"
#include "server.h"
#include "wire.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

enum {
	kPeers = 0x0a000100, /* the first peer's address */
	kMinute = 60 * 1000,
	kSkipped = 77, /* a process's status, if this machine cannot run the scenario */
};

typedef struct {
	const char* name;
	void (*run)(void);
} Scenario;

extern const Scenario kAcceptScenarios[], kEventScenarios[], kMessageScenarios[], kTransferScenarios[], kEndScenarios[],
	kConnectScenarios[], kLimitScenarios[], kShortageScenarios[], kUdpScenarios[], kUdpLimitScenarios[],
	kChurnScenarios[], kTunnelScenarios[];

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
		while (!(condition) && worldGoOn(end_)) \
			; \
		(condition); \
	})
#define REACH(condition, milliseconds) \
	do { \
		if (!REACHES(condition, milliseconds)) \
			worldFail("%s:%d: %s is not reached", __FILE__, __LINE__, #condition); \
	} while (0)

/* Does what is due, or lets time pass up to the next event. Returns false at the end. */
bool worldGoOn(uint32_t end);
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

/* A new peer of the server, whose address no other peer has. */
Peer* newPeer(void);
/* The same, connected. */
Peer* client(void);
/* What a peer does at some point. It writes kFew bytes. */
typedef void (*Act)(Peer* peer);
enum { kFew = 4 };
void resets(Peer* peer);
void writes(Peer* peer);
void ends(Peer* peer);
void writesAndEnds(Peer* peer);
void writesAndResets(Peer* peer);

/* Makes the peer act before the given step of the machine (script.h), and its segments arrive at once. */
void actAtStep(long which, Peer* peer, Act act);
/* Returns whether that step has come. If it has not, the peer acts no more. */
bool actCame(void);

/* Checks that an echoing server serves another client. */
void expectService(void);
