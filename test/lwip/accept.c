/* Connections that wait to be accepted, and listeners. */
#include "scenario.h"

static void resetNow(Peer* peer)
{
	peerReset(peer);
	settle();
}

static void resetBeforeAccept(void)
{
	Server server = { .holds = true };
	Peer* peer;
	serverOpen(&server, &kEcho);
	peer = client();
	EQUAL(blocks(), 1);
	resetNow(peer);
	EQUAL(blocks(), 0);
	serverAccept(&server);
	EQUAL(server.accepted, 0);
	/* With bytes that nobody has read, and after a FIN. */
	peer = client();
	peerWrite(peer, "unread", 6);
	settle();
	resetNow(peer);
	peer = client();
	peerWrite(peer, "unread", 6);
	peerEnd(peer);
	settle();
	resetNow(peer);
	EQUAL(blocks(), 0);
	serverAccept(&server);
	EQUAL(server.accepted, 0);
	EQUAL(server.nothing, 2);
	server.holds = false;
	expectService();
	serverClose(&server);
}

static void resetWhileOthersWait(void)
{
	Server server = { .holds = true };
	serverOpen(&server, &kEcho);
	for (int gone = 0; gone < kBacklog; gone++) {
		Peer* peers[kBacklog];
		unsigned before = server.accepted, place = before;
		for (int i = 0; i < kBacklog; i++)
			peers[i] = client();
		resetNow(peers[gone]);
		serverAccept(&server);
		EQUAL(server.accepted - before, kBacklog - 1);
		/* The others, in their order. */
		for (int i = 0; i < kBacklog; i++)
			if (i != gone)
				EQUAL(server.remotes[place++ % kMostSockets], peers[i]->address);
		for (int i = 0; i < kBacklog; i++)
			if (i != gone) {
				peerWrite(peers[i], "here", 4);
				REACH(peers[i]->receivedLength == 4, 1000);
				resetNow(peers[i]);
			}
		EQUAL(server.count, 0);
		EQUAL(blocks(), 0);
	}
	serverClose(&server);
}

static void eachStepOfAccept(void)
{
	static const Act acts[] = { resets, writes, ends, writesAndEnds, writesAndResets };
	Server server = { .holds = true };
	long steps = 0;
	serverOpen(&server, &kEcho);
	for (size_t act = 0; act < sizeof acts / sizeof *acts; act++)
		for (long which = 1;; which++) {
			Peer* peer = client();
			actAtStep(which, peer, acts[act]);
			serverAccept(&server);
			if (!actCame()) {
				EXPECT(which > 1);
				steps += which;
				peerReset(peer);
				settle();
				break;
			}
			/* It has been served, as far as it wants to be. */
			if (acts[act] == writes || acts[act] == writesAndEnds)
				EQUAL(peer->receivedLength, kFew);
			if (acts[act] == ends || acts[act] == writesAndEnds)
				EXPECT(peer->ended);
			peerReset(peer);
			settle();
			EQUAL(server.count, 0);
			EQUAL(blocks() - blocksInTimeWait(), 0);
			peerFree(peer);
		}
	printf("%ld steps\n", steps);
	server.holds = false;
	expectService();
	serverClose(&server);
}

static void resetOfHalfOpen(void)
{
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 100; i++) {
		Peer* peer = newPeer();
		peer->silent = true;
		peerConnect(peer);
		settle();
		EQUAL(blocks(), 1);
		peerReset(peer);
		settle();
		EQUAL(blocks(), 0);
	}
	EQUAL(server.accepted, 0);
	expectService();
	serverClose(&server);
}

static void closedListener(void)
{
	Server server = { .holds = true };
	Peer *waiting[4], *halfOpen = newPeer();
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 4; i++)
		waiting[i] = client();
	peerWrite(waiting[1], "unread", 6);
	peerEnd(waiting[2]);
	halfOpen->silent = true;
	peerConnect(halfOpen);
	settle();
	EQUAL(blocks(), 5);
	serverClose(&server);
	REACH(waiting[0]->ended && waiting[1]->reset && waiting[2]->ended && waiting[3]->ended, 1000);
	/* Nobody accepts a connection that is made now. */
	halfOpen->silent = false;
	peerSend(halfOpen, kAck, NULL, 0);
	REACH(halfOpen->reset, 1000);
	EQUAL(server.accepted, 0);
	/* Another listener at the same port. */
	server = (Server){ 0 };
	serverOpen(&server, &kEcho);
	expectService();
	serverClose(&server);
}

static void moreThanWait(void)
{
	enum { kClients = 40 };
	Server server = { .holds = true };
	Peer* peers[kClients];
	int connected = 0, served = 0;
	serverOpen(&server, &kEcho);
	for (int i = 0; i < kClients; i++) {
		peers[i] = newPeer();
		peerConnect(peers[i]);
	}
	pass(3000);
	for (int i = 0; i < kClients; i++)
		connected += peers[i]->connected;
	EQUAL(connected, kBacklog);
	/* All get their turn, since they try again. */
	server.holds = false;
	serverAccept(&server);
	for (int round = 0; round < 200 && served < kClients; round++) {
		pass(500);
		served = 0;
		for (int i = 0; i < kClients; i++) {
			Peer* peer = peers[i];
			if (peer->connected && !peer->ends) {
				peerWrite(peer, "x", 1);
				peerEnd(peer);
			}
			served += peer->receivedLength == 1 && peer->ended && peer->endAcknowledged;
		}
	}
	EQUAL(served, kClients);
	EQUAL(server.accepted, kClients);
	serverClose(&server);
}

static void listenAgain(void)
{
	for (int i = 0; i < 2; i++) {
		Server server = { 0 };
		serverOpen(&server, &kEcho);
		expectService();
		serverClose(&server);
	}
}

const Scenario kAcceptScenarios[] = {
	{ "a reset before accept", resetBeforeAccept },
	{ "a reset while others wait to be accepted", resetWhileOthersWait },
	{ "a reset, bytes and a FIN at each step of accept", eachStepOfAccept },
	{ "resets of connections that are half open", resetOfHalfOpen },
	{ "a listener that closes while connections wait", closedListener },
	{ "more connections than may wait", moreThanWait },
	{ "a port that is listened at again, after its last connections", listenAgain },
	{ 0 },
};
