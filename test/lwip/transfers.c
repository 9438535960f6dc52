/* Bytes in both directions, their ends, and what becomes of lwIP's blocks afterwards. */
#include "pattern.h"

#include "lwip/priv/tcp_priv.h"

#include <stdlib.h>

enum { kAnswer = 100 * 1000, kBulk = 300 * 1000, kFinWait = TCP_FIN_WAIT_TIMEOUT, kTimeWait = 2 * 60 * 1000 };

static bool receivedPattern(const Peer* peer, size_t length)
{
	if (peer->receivedLength != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (peer->received[i] != patternAt(i))
			return false;
	return true;
}

static void sendPattern(Peer* peer, size_t length)
{
	uint8_t* data = malloc(length);
	fillPattern(data, 0, length);
	peerWrite(peer, data, length);
	free(data);
}

static void closeIt(Socket* socket)
{
	leave(socket);
}

/* A script that reads less than there is, and the rest later */

static void readsPiece(Socket* socket, size_t most)
{
	Transfer* transfer = transferOf(socket);
	uint8_t data[1024];
	size_t length = 1 + transfer->read * 7 % 900;
	if (length > most)
		length = most;
	length = scriptRead(socket, data, length);
	for (size_t i = 0; i < length; i++)
		if (data[i] != patternAt(transfer->read + i))
			transfer->wrong = true;
	transfer->read += length;
	transfer->unread = most - length;
}

static void readsSome(Socket* socket, int count)
{
	readsPiece(socket, (size_t)count);
}

/* Reads without a notification. */
static void readsMore(Socket* socket)
{
	if (transferOf(socket)->unread)
		readsPiece(socket, transferOf(socket)->unread);
}

static void readInPieces(void)
{
	const Handlers script = { readsSome, NULL, kPattern.onError, kPattern.onEnd };
	Server server = { 0 };
	Transfer transfer = { 0 };
	Peer* peer = newPeer();
	serverOpen(&server, &script);
	server.state = &transfer;
	peerConnect(peer);
	sendPattern(peer, kAnswer);
	peerEnd(peer);
	for (int i = 0; i < 10000 && !transfer.ended; i++) {
		pass(20);
		serverEach(&server, readsMore);
	}
	EXPECT(transfer.ended && !transfer.failed && !transfer.wrong);
	EQUAL(transfer.read, kAnswer);
	serverEach(&server, closeIt);
	serverClose(&server);
}

/* Half-closing */

static const char kRequest[] = "GET / HTTP/1.1\r\n\r\n";

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
		serverEach(&server, closeIt);
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
	serverEach(&server, closeIt);
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
	serverEach(&server, closeIt);
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
	serverEach(&server, closeIt);
	EQUAL(blocks(), 8);
	if (!REACHES(blocks() == 0, 3 * kMinute))
		worldFail("%zu blocks are left of peers that are gone", blocks());
	expectService();
	serverClose(&server);
}

static void timeWait(void)
{
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 40; i++) {
		Peer* peer = client();
		serverEach(&server, closeIt);
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

/* Without memory: a peer that receives an end has received all that was before it. */

static void answerWithoutMemory(bool closes)
{
	Server server = { 0 };
	long which = 1, whole = 0, reset = 0;
	serverOpen(&server, &kPattern);
	for (bool failed = true; failed; which++) {
		Transfer transfer = { .toRead = sizeof kRequest, .toWrite = 20000, .closes = closes, .ends = !closes };
		Peer* peer = newPeer();
		unsigned accepted = server.accepted;
		server.state = &transfer;
		memoryFailAt(which, false);
		peerConnect(peer);
		sendPattern(peer, sizeof kRequest);
		REACH(peer->ended || peer->reset, kMinute);
		/* It is closed without an answer if there was no memory for the script's socket. */
		if (peer->ended && (transfer.written || server.accepted > accepted) && !receivedPattern(peer, 20000))
			worldFail("an end after %zu bytes, without allocation %ld", peer->receivedLength, which);
		whole += peer->receivedLength == 20000;
		reset += peer->reset;
		failed = memoryFailed();
		memoryFailAt(0, false);
		peerEnd(peer);
		REACH(peer->reset || peer->endAcknowledged, kMinute);
		serverEach(&server, closeIt);
		peerFree(peer);
	}
	printf("%ld allocations, %ld whole answers, %ld resets\n", which - 2, whole, reset);
	EXPECT(which > 10 && whole > which / 2);
	serverClose(&server);
}

static void closeWithoutMemory(void)
{
	answerWithoutMemory(true);
}

static void endWithoutMemory(void)
{
	answerWithoutMemory(false);
}

/* Bad weather */

static void bulkIn(Weather weather)
{
	Server server = { 0 };
	Transfer transfer = { .toRead = kBulk, .toWrite = kBulk, .ends = true };
	Peer* peer = newPeer();
	serverOpen(&server, &kPattern);
	server.state = &transfer;
	gWeather = weather;
	peerConnect(peer);
	sendPattern(peer, kBulk);
	REACH(transfer.read == kBulk && peer->receivedLength == kBulk, 30 * kMinute);
	EXPECT(!transfer.wrong && !transfer.failed);
	EXPECT(receivedPattern(peer, kBulk));
	printf("%u ms\n", worldNow());
	peerEnd(peer);
	REACH(peer->ended && peer->endAcknowledged && transfer.ended, kMinute);
	gWeather = (Weather){ 0 };
	serverClose(&server);
}

static void bulkInGoodWeather(void)
{
	bulkIn((Weather){ .delay = 2 });
}

static void bulkWithLoss(void)
{
	for (unsigned percent = 1; percent <= 5; percent++)
		bulkIn((Weather){ .loss = percent * 10, .delay = 2 });
}

static void bulkOutOfOrder(void)
{
	bulkIn((Weather){ .repeat = 50, .reorder = 100, .delay = 2 });
	bulkIn((Weather){ .loss = 30, .repeat = 50, .reorder = 100, .delay = 5 });
}

/* Peers with small windows, and with small segments */

static void smallWindows(void)
{
	static const uint16_t windows[] = { 1, 10, 100, 500, 1000, 2000, 3000 };
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		size_t length = windows[i] < 100 ? 300 : 30000;
		Server server = { 0 };
		Transfer transfer = { .toWrite = length };
		Peer* peer = newPeer();
		serverOpen(&server, &kPattern);
		server.state = &transfer;
		peer->window = windows[i];
		peerConnect(peer);
		if (!REACHES(peer->receivedLength >= length || transfer.failed, 30 * kMinute))
			worldFail("a peer with a window of %u gets %zu bytes of %zu", windows[i], peer->receivedLength, length);
		EXPECT(!transfer.failed);
		EXPECT(receivedPattern(peer, length));
		/* Only now: lwIP (tcp_split_unsent_seg) leaves the FIN at the first part of a segment that it divides. */
		serverEach(&server, closeIt);
		peerEnd(peer);
		REACH(peer->endAcknowledged, kMinute);
		serverClose(&server);
	}
}

static void smallSegments(void)
{
	Server server = { 0 };
	Transfer transfer = { .toRead = 4000, .ends = true };
	Peer* peer = newPeer();
	serverOpen(&server, &kPattern);
	server.state = &transfer;
	peer->segment = 1;
	gWeather = (Weather){ .reorder = 100 };
	peerConnect(peer);
	sendPattern(peer, 4000);
	REACH(transfer.read == 4000, 5 * kMinute);
	EXPECT(!transfer.wrong);
	gWeather = (Weather){ 0 };
	peerEnd(peer);
	REACH(transfer.ended, kMinute);
	serverClose(&server);
}

const Scenario kTransferScenarios[] = {
	{ "a request, a FIN, and a long answer before close()", halfCloseAndClose },
	{ "a request, a FIN, and a long answer before end()", halfCloseAndEnd },
	{ "end(), and bytes that the peer sends long after that", endAndReceive },
	{ "close() of connections whose peers do not close", finWait },
	{ "connections in TIME_WAIT", timeWait },
	{ "close() right after write(), with loss", closeAfterWrite },
	{ "an answer and close(), with each allocation failing once", closeWithoutMemory },
	{ "an answer and end(), with each allocation failing once", endWithoutMemory },
	{ "a script that reads less than there is", readInPieces },
	{ "large transfers both ways", bulkInGoodWeather },
	{ "large transfers both ways, with a loss of 1 to 5 %", bulkWithLoss },
	{ "large transfers both ways, with repeated packets out of order", bulkOutOfOrder },
	{ "peers with small windows", smallWindows },
	{ "a peer that sends one byte at a time", smallSegments },
	{ 0 },
};
