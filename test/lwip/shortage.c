/* A device without memory, for a moment or for long. */
#include "pattern.h"

static void exchange(Server* server)
{
	static const uint8_t request[3000];
	Peer* peer = newPeer();
	unsigned accepted = server->accepted;
	peerConnect(peer);
	peerWrite(peer, request, sizeof request);
	/* Either it gets its answer, or the connection fails. */
	if (!REACHES(peer->receivedLength == sizeof request || peer->reset || peer->ended, kMinute) &&
		server->accepted > accepted)
		worldFail("%zu bytes of an answer come, and no end", peer->receivedLength);
	peerEnd(peer);
	REACHES(peer->reset || (peer->ended && peer->endAcknowledged), 10 * 1000);
	peer->silent = true;
}

static void memoryFailsAt(bool on)
{
	Server server = { 0 };
	long which = 1, answered = 0;
	serverOpen(&server, &kEcho);
	for (;; which++) {
		bool failed;
		memoryFailAt(which, on);
		if (on) {
			/* For some seconds nothing is to be had. */
			Peer* peer = newPeer();
			peerConnect(peer);
			peerWrite(peer, "0123456789", 10);
			pass(5000);
			failed = memoryFailed();
			memoryFailAt(0, false);
			REACHES(peer->receivedLength == 10 || peer->reset || peer->ended, kMinute);
			peerEnd(peer);
			REACHES(peer->reset || peer->ended, 5000);
			peer->silent = true;
		}
		else {
			exchange(&server);
			failed = memoryFailed();
			memoryFailAt(0, false);
		}
		answered++;
		/* Whatever has happened, the server goes on. */
		expectService();
		if (server.count && !REACHES(server.count == 0, 3 * kMinute))
			worldFail("%zu sockets are open after a failure of allocation %ld", server.count, which);
		if (!failed)
			break;
		REACH(blocks() - blocksInTimeWait() == 0, 3 * kMinute);
		peersFree();
	}
	printf("%ld allocations\n", which - 1);
	EXPECT(which > 10);
	serverClose(&server);
}

static void memoryFailsOnce(void)
{
	memoryFailsAt(false);
}

static void memoryFailsForLong(void)
{
	memoryFailsAt(true);
}

/* Bytes for which there is no memory, and the end of the connection. lwIP offers refused bytes again, but not always. */

static void refusedBytes(bool ends, bool acknowledges)
{
	static const Handlers script = { readsAll, NULL, leavesAtError, countsEnd };
	Server server = { 0 };
	serverOpen(&server, &script);
	for (int i = 0; i < 20; i++) {
		Peer* peer = client();
		server.errors = server.ends = 0;
		if (ends) {
			peer->silent = !acknowledges;
			serverEach(&server, scriptEnd);
			if (!acknowledges) {
				settle();
				peer->silent = false;
			}
		}
		/* The ring of this connection. */
		memoryFailAt(1, true);
		/* With a FIN in the same segment. */
		peer->ends = true;
		peerWrite(peer, "lost", 4);
		settle();
		memoryFailAt(0, false);
		pass(3000);
		if (!ends)
			serverEach(&server, scriptEnd);
		pass(1000);
		if (server.ends + server.errors != 1)
			worldFail("the script gets %u ends, and %u errors", server.ends, server.errors);
		pass(130 * 1000);
		serverEach(&server, leave);
		peerReset(peer);
		settle();
	}
	serverClose(&server);
}

static void refusedWithFin(void)
{
	refusedBytes(true, true);
}

static void refusedWithFinAtOnce(void)
{
	refusedBytes(true, false);
}

static void refusedBeforeEnd(void)
{
	refusedBytes(false, false);
}

/* A peer that receives an end has received all that was before it. */

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
		serverEach(&server, leave);
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

const Scenario kShortageScenarios[] = {
	{ "bytes and a FIN after end(), without memory", refusedWithFin },
	{ "bytes and a FIN while end()'s is on its way, without memory", refusedWithFinAtOnce },
	{ "bytes and a FIN before end(), without memory", refusedBeforeEnd },
	{ "each allocation failing once", memoryFailsOnce },
	{ "all allocations failing for some seconds, from each on", memoryFailsForLong },
	{ "an answer and close(), with each allocation failing once", closeWithoutMemory },
	{ "an answer and end(), with each allocation failing once", endWithoutMemory },
	{ 0 },
};
