/* Bytes in both directions, in good weather and in bad. */
#include "pattern.h"

enum { kAnswer = 100 * 1000, kBulk = 300 * 1000 };

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
	serverEach(&server, leave);
	serverClose(&server);
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
		serverEach(&server, leave);
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
	{ "a script that reads less than there is", readInPieces },
	{ "large transfers both ways", bulkInGoodWeather },
	{ "large transfers both ways, with a loss of 1 to 5 %", bulkWithLoss },
	{ "large transfers both ways, with repeated packets out of order", bulkOutOfOrder },
	{ "peers with small windows", smallWindows },
	{ "a peer that sends one byte at a time", smallSegments },
	{ 0 },
};
