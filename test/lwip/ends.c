/* Ends of connections, and what becomes of lwIP's blocks afterwards. */
#include "pattern.h"

#include "lwip/priv/tcp_priv.h"

enum { kAnswer = 100 * 1000, kFinWait = TCP_FIN_WAIT_TIMEOUT, kTimeWait = 2 * TCP_MSL };

/* Half-closing */

static void requestThenFin(Server* server, Transfer* transfer)
{
	Peer* peer = newPeer();
	server->state = transfer;
	peerConnect(peer);
	sendPattern(peer, sizeof kRequest);
	peerEnd(peer);
	REACH(peer->ended && peer->endAcknowledged, kMinute);
	EXPECT(receivedPattern(peer, kAnswer));
	EXPECT(!peer->reset);
	EXPECT(!transfer->wrong && !transfer->failed);
	EQUAL(transfer->read, sizeof kRequest);
	/* The peer's end came first, so that it is the one that waits. */
	EQUAL(blocks(), 0);
}

static void halfCloseAndClose(void)
{
	Server server = { 0 };
	serverOpen(&server, &kPattern);
	for (int i = 0; i < 20; i++) {
		Transfer transfer = { .toRead = sizeof kRequest, .toWrite = kAnswer, .closes = true };
		requestThenFin(&server, &transfer);
		EQUAL(server.count, 0);
	}
	serverClose(&server);
}

static void halfCloseAndEnd(void)
{
	Server server = { 0 };
	serverOpen(&server, &kPattern);
	for (int i = 0; i < 20; i++) {
		Transfer transfer = { .toRead = sizeof kRequest, .toWrite = kAnswer, .ends = true };
		requestThenFin(&server, &transfer);
		EXPECT(transfer.ended);
		EQUAL(server.count, 1);
		serverEach(&server, leave);
	}
	serverClose(&server);
}

static void endAndReceive(void)
{
	Server server = { 0 };
	Transfer transfer = { .toRead = 0, .toWrite = 100, .ends = true };
	Peer* peer = newPeer();
	serverOpen(&server, &kPattern);
	server.state = &transfer;
	peerConnect(peer);
	REACH(peer->ended, kMinute);
	EXPECT(receivedPattern(peer, 100));
	/* It may still send, for longer than FIN_WAIT lasts. */
	pass(10 * kFinWait);
	sendPattern(peer, kAnswer);
	REACH(transfer.read == kAnswer, kMinute);
	EXPECT(!transfer.wrong && !transfer.ended);
	peerEnd(peer);
	REACH(transfer.ended && peer->endAcknowledged, kMinute);
	EXPECT(!transfer.failed && !peer->reset);
	EQUAL(blocks(), 1);
	EQUAL(blocksInTimeWait(), 1);
	serverEach(&server, leave);
	serverClose(&server);
}

/* What stays after a close */

static void finWait(void)
{
	Server server = { 0 };
	Peer* peers[16];
	serverOpen(&server, &kEcho);
	/* Peers that acknowledge the device's FIN, and send none. */
	for (int i = 0; i < 16; i++)
		peers[i] = client();
	serverEach(&server, leave);
	for (int i = 0; i < 16; i++)
		EXPECT(peers[i]->ended);
	EQUAL(blocks(), 16);
	pass(kFinWait + 1000);
	EQUAL(blocks(), 0);
	expectService();
	/* Peers that are gone: their blocks come back after some attempts. */
	for (int i = 0; i < 8; i++) {
		peers[i] = client();
		peers[i]->silent = true;
	}
	serverEach(&server, leave);
	EQUAL(blocks(), 8);
	if (!REACHES(blocks() == 0, 3 * kMinute))
		worldFail("%zu blocks are left of peers that are gone", blocks());
	expectService();
	serverClose(&server);
}

/* Which of the peers' connections are closed. */
static Peer** gLeft;
static size_t gLeftCount;

static void leaveSome(Socket* socket)
{
	for (size_t i = 0; i < gLeftCount; i++)
		if (remoteOf(socket) == gLeft[i]->address) {
			leave(socket);
			return;
		}
}

static void leaveThose(Server* server, Peer** peers, size_t count)
{
	gLeft = peers;
	gLeftCount = count;
	serverEach(server, leaveSome);
	/* lwIP polls twice a second. */
	pass(600);
}

static void finWaitGivesWay(void)
{
	Server server = { 0 };
	Peer *peers[16], *another;
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 16; i++)
		peers[i] = client();
	/* It never acknowledges the FIN. */
	peers[0]->silent = true;
	leaveThose(&server, peers, 5);
	leaveThose(&server, peers + 5, 3);
	EQUAL(blocks(), 16);
	EQUAL(server.count, 8);
	/* The oldest first. */
	for (int i = 1; i <= 7; i++) {
		another = newPeer();
		peerConnect(another);
		settle();
		EXPECT(another->connected);
		for (int j = 1, resets = 0; j < 8; j++) {
			resets += peers[j]->reset;
			if (j == 4)
				EQUAL(resets, i < 4 ? i : 4);
			if (j == 7)
				EQUAL(resets, i);
		}
	}
	/* Neither an open connection gives way, nor one whose peer may lack something. */
	another = newPeer();
	peerConnect(another);
	settle();
	EXPECT(!another->connected);
	EQUAL(server.count, 15);
	EXPECT(!peers[0]->reset);
	for (int i = 8; i < 16; i++)
		EXPECT(!peers[i]->reset);
	EQUAL(server.errors, 0);
	serverEach(&server, leaveAtOnce);
	serverClose(&server);
}

static void timeWait(void)
{
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 40; i++) {
		Peer* peer = client();
		serverEach(&server, leave);
		peerEnd(peer);
		REACH(peer->endAcknowledged, kMinute);
		peerFree(peer);
		/* The oldest give way to others. */
		EQUAL(blocksInTimeWait(), i < 16 ? i + 1 : 16);
	}
	expectService();
	pass(kTimeWait + 1000);
	EQUAL(blocks(), 0);
	serverClose(&server);
}

/* A script that closes at once sends what it has written. */
static void closeAfterWrite(void)
{
	Server server = { 0 };
	serverOpen(&server, &kPattern);
	gWeather = (Weather){ .loss = 50, .delay = 3 };
	for (int i = 0; i < 20; i++) {
		Transfer transfer = { .toWrite = 5000, .closes = true };
		Peer* peer = newPeer();
		server.state = &transfer;
		peerConnect(peer);
		REACH(peer->ended, kMinute);
		EXPECT(receivedPattern(peer, 5000));
		peerEnd(peer);
		REACH(peer->endAcknowledged || peer->reset, kMinute);
		EXPECT(!transfer.failed);
	}
	serverClose(&server);
}

const Scenario kEndScenarios[] = {
	{ "a request, a FIN, and a long answer before close()", halfCloseAndClose },
	{ "a request, a FIN, and a long answer before end()", halfCloseAndEnd },
	{ "end(), and bytes that the peer sends long after that", endAndReceive },
	{ "close() of connections whose peers do not close", finWait },
	{ "closed connections give way to new ones, once everything is acknowledged", finWaitGivesWay },
	{ "connections in TIME_WAIT", timeWait },
	{ "close() right after write(), with loss", closeAfterWrite },
	{ 0 },
};
