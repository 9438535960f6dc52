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

const Scenario kChurnScenarios[] = {
	{ "100,000 connections", churn },
	{ 0 },
};
