/* Messages to a machine that is busy, and a device that has nothing to do. */
#include "scenario.h"

typedef struct {
	Peer** peers;
	int count;
	Act act;
} Busy;

/* Its queue is full of other messages when something happens to its sockets. */
static void beBusy(void* data)
{
	const Busy* busy = data;
	scriptFillQueue();
	for (int i = 0; i < busy->count; i++) {
		busy->peers[i]->hurries = true;
		busy->act(busy->peers[i]);
		busy->peers[i]->hurries = false;
	}
	worldLwipQuiet();
}

static void fullQueue(void)
{
	Server server = { 0 };
	Peer* peers[8];
	Busy busy = { peers, 8, NULL };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 8; i++)
		peers[i] = client();
	/* Bytes */
	busy.act = writes;
	inMachine(beBusy, &busy);
	pass(2000);
	for (int i = 0; i < 8; i++)
		EQUAL(peers[i]->receivedLength, kFew);
	/* Ends, and resets */
	busy.count = 4;
	busy.act = ends;
	inMachine(beBusy, &busy);
	pass(2000);
	EQUAL(server.ends, 4);
	busy.peers = peers + 4;
	busy.act = resets;
	inMachine(beBusy, &busy);
	pass(2000);
	EQUAL(server.errors, 4);
	EQUAL(server.count, 0);
	/* A connection */
	peers[0] = newPeer();
	busy.peers = peers;
	busy.count = 1;
	busy.act = peerConnect;
	inMachine(beBusy, &busy);
	REACH(peers[0]->connected, kMinute);
	peerWrite(peers[0], "after", 5);
	REACH(peers[0]->receivedLength == 5, kMinute);
	serverClose(&server);
}

/* A board's processor sleeps in between. */
static void idle(void)
{
	Server server = { 0 };
	unsigned before;
	serverOpen(&server, &kEcho);
	before = worldTimeouts();
	pass(kMinute);
	/* lwIP's timer of IPv6's neighbors, once a second. */
	EXPECT(worldTimeouts() - before <= 61);
	serverClose(&server);
}

const Scenario kMessageScenarios[] = {
	{ "events while the machine's queue of messages is full", fullQueue },
	{ "a minute without connections: lwIP's thread has nothing to do for the sockets", idle },
	{ 0 },
};
