/* Very many connections. */
#include "scenario.h"

#include <stdlib.h>

enum { kAtOnce = 8, kConnections = 100 * 1000 };

typedef enum { kAsksAndEnds, kResetsAtOnce, kResetsAfterBytes, kAsksAndResets, kEndsAtOnce, kManners } Behavior;

static void churn(void)
{
	const char* wanted = getenv("YIELDCAM_LWIP_CONNECTIONS");
	long count = wanted ? atol(wanted) : kConnections, served = 0;
	long before;
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	expectService();
	before = memoryBlocks();
	for (long done = 0; done < count; done += kAtOnce) {
		Peer* peers[kAtOnce];
		Behavior behaviors[kAtOnce];
		for (int i = 0; i < kAtOnce; i++) {
			behaviors[i] = (Behavior)worldDice(kManners);
			peers[i] = newPeer();
			peerConnect(peers[i]);
		}
		settle();
		for (int i = 0; i < kAtOnce; i++) {
			Peer* peer = peers[i];
			if (!peer->connected)
				worldFail("a connection is not accepted");
			if (behaviors[i] != kResetsAtOnce && behaviors[i] != kEndsAtOnce)
				peerWrite(peer, "question", 8);
			if (behaviors[i] == kAsksAndEnds || behaviors[i] == kEndsAtOnce)
				peerEnd(peer);
			if (behaviors[i] == kResetsAtOnce || behaviors[i] == kResetsAfterBytes)
				peerReset(peer);
		}
		settle();
		for (int i = 0; i < kAtOnce; i++) {
			Peer* peer = peers[i];
			if (behaviors[i] == kAsksAndResets) {
				EQUAL(peer->receivedLength, 8);
				peerReset(peer);
			}
			if (behaviors[i] == kAsksAndEnds) {
				EQUAL(peer->receivedLength, 8);
				EXPECT(peer->ended && !peer->reset);
				served++;
			}
		}
		settle();
		for (int i = 0; i < kAtOnce; i++)
			peerFree(peers[i]);
		EQUAL(server.count, 0);
		EQUAL(blocks(), 0);
		EXPECT(memoryBlocks() <= before + 16);
	}
	printf("%u accepted, %ld served, at most %zu messages\n", server.accepted, served, scriptMostMessages());
	EXPECT(served > count / kManners / 2);
	serverClose(&server);
}

/* Threads that run at the same time: neither the peers nor the script wait for each other. */

enum { kRacers = 12, kActs = 100 * 1000 };

static uint32_t gScriptDice = 1;

/* The script's own dice, since it does not share the driver's. */
static uint32_t scriptDice(uint32_t count)
{
	gScriptDice = gScriptDice * 1664525 + 1013904223;
	return (gScriptDice >> 16) % count;
}

static void actsAtRandom(Socket* socket, int count)
{
	static const uint8_t data[16384];
	uint8_t read[16384];
	switch (scriptDice(30)) {
	case 0: leave(socket); break;
	case 1: leaveAtOnce(socket); break;
	case 2: scriptEnd(socket); break;
	case 3:
	case 4:
	case 5:
	case 6:
	case 7: scriptWrite(socket, data, scriptDice(3000)); break;
	default: scriptRead(socket, read, count > 0 ? 1 + scriptDice((uint32_t)count) : sizeof read); break;
	}
}

static void readsAtRandom(Socket* socket, int count)
{
	((Server*)scriptState(socket))->readable++;
	actsAtRandom(socket, count);
}

static void leavesAtRandom(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	(void)count;
	server->ends++;
	if (scriptDice(2))
		leave(socket);
	else
		leaveAtOnce(socket);
}

static void actAtRandom(Peer* peer)
{
	static const uint8_t data[3000];
	switch (worldDice(30)) {
	case 0: peerReset(peer); break;
	case 1: peerEnd(peer); break;
	case 2: peer->window = (uint16_t)worldDice(20000); break;
	default:
		if (!peer->ends)
			peerWrite(peer, data, 1 + worldDice(sizeof data));
		break;
	}
}

static void races(void)
{
	static const Handlers script = { readsAtRandom, NULL, leavesAtRandom, leavesAtRandom };
	const char* wanted = getenv("YIELDCAM_LWIP_ACTS");
	long acts = wanted ? atol(wanted) : kActs;
	Server server = { 0 };
	Peer* peers[kRacers] = { 0 };
	serverOpen(&server, &script);
	for (long i = 0; i < acts; i++) {
		Peer** place = &peers[worldDice(kRacers)];
		if (*place && ((*place)->reset || (*place)->ended || worldDice(30) == 0)) {
			peerReset(*place);
			peerFree(*place);
			*place = NULL;
		}
		if (!*place)
			peerConnect(*place = newPeer());
		else if ((*place)->connected)
			actAtRandom(*place);
		wirePump();
		if (worldDice(8) == 0)
			worldLwipQuiet();
		if (worldDice(50) == 0)
			pass(worldDice(500));
	}
	settle();
	printf("%u accepted, %u readable, %u lost\n", server.accepted, server.readable, server.ends);
	EXPECT(server.accepted > acts / 100);
	EXPECT(server.readable > acts / 100);
	serverClose(&server);
	for (int i = 0; i < kRacers; i++)
		if (peers[i])
			peerReset(peers[i]);
	settle();
	expectNothingLeft();
	serverOpen(&server, &kEcho);
	expectService();
	serverClose(&server);
}

const Scenario kChurnScenarios[] = {
	{ "100,000 connections", churn },
	{ "peers and scripts that act at random at the same time", races },
	{ 0 },
};
