/* Peers that take what there is of the device, and a device that has too little. */
#include "scenario.h"

#include "lwip/priv/tcp_priv.h"

#include <stdlib.h>

enum {
	kHostile = 15,
	kWindow = 5744,           /* TCP_WND */
	kOwnInput = 2048,         /* pcb-lwip.c */
	kSharedInput = 32 * 1024, /* pcb-lwip.c */
	kOverhead = 32 * 1024,    /* blocks, segments and messages of 16 connections */
	kFlood = 10 * 1000,
};

static void abortIt(Socket* socket)
{
	leaveAtOnce(socket);
}

static void closeIt(Socket* socket)
{
	leave(socket);
}

/* Only the address in `state` is served; what others send stays unread. */
static void readsOne(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	if (remoteOf(socket) == ((Peer*)server->state)->address)
		kEcho.onReadable(socket, count);
}

static void waits(Socket* socket, int count)
{
	(void)socket;
	(void)count;
}

static void fails(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->errors++;
	leave(socket);
}

static void expectOneServed(Peer* peer)
{
	size_t before = peer->receivedLength;
	peerWrite(peer, "still here", 10);
	REACH(peer->receivedLength == before + 10, 5000);
}

/*
	The Wi-Fi driver has 16 (ESP_WIFI_DYNAMIC_RX_BUFFER_NUM). lwIP's queue of segments out
	of order (LWIP_TCP_QUEUE_OOSEQ) can take them all, so that no peer is served; with
	YIELDCAM_LWIP_BUFFERS=16 these scenarios show it, and with TRY=-DTCP_QUEUE_OOSEQ=0 they pass.
*/
static void limitBuffers(void)
{
	const char* buffers = getenv("YIELDCAM_LWIP_BUFFERS");
	gWeather.buffers = buffers ? atol(buffers) : 0;
}

static void unreadIn(size_t segment)
{
	static const Handlers script = { readsOne, NULL, fails, waits };
	Server server = { 0 };
	Peer *good, *hostile[kHostile];
	size_t before;
	uint8_t* data = calloc(1, kWindow);
	limitBuffers();
	serverOpen(&server, &script);
	server.state = good = client();
	before = memoryBytes();
	memoryMostBytes();
	wireMostBuffers();
	for (int i = 0; i < kHostile; i++) {
		hostile[i] = client();
		hostile[i]->segment = (uint16_t)segment;
		/* Without waiting for what the device says of its window. */
		hostile[i]->deviceWindow = kWindow;
		peerWrite(hostile[i], data, kWindow);
		settle();
		expectOneServed(good);
	}
	for (int i = 0; i < 40; i++) {
		pass(500);
		expectOneServed(good);
	}
	printf("%zu bytes, %ld buffers\n", memoryMostBytes() - before, wireMostBuffers());
	EXPECT(memoryBytes() - before <= kHostile * kOwnInput + kSharedInput + kOverhead);
	EXPECT(sharedInput() <= kSharedInput && (sharedInput() > 0 || gWeather.buffers));
	/* lwIP keeps one segment of each connection, which it offers again. */
	EXPECT(wireBuffers() <= kHostile);
	EXPECT(wireMostBuffers() <= kHostile + 16);
	/* What they left comes back at once. */
	for (int i = 0; i < kHostile; i++)
		EXPECT(!hostile[i]->reset);
	serverEach(&server, abortIt);
	EQUAL(sharedInput(), 0);
	EQUAL(wireBuffers(), 0);
	EQUAL(blocks(), 0);
	serverClose(&server);
	free(data);
}

static void unreadBytes(void)
{
	unreadIn(1);
}

static void unreadSegments(void)
{
	unreadIn(1436);
}

/* Every second byte, so that nothing can be given to the script. */
static void holes(void)
{
	Server server = { 0 };
	Peer *good, *peer;
	serverOpen(&server, &kEcho);
	good = client();
	peer = client();
	peer->silent = true;
	wireMostBuffers();
	limitBuffers();
	for (uint32_t i = 1; i < kWindow; i += 2) {
		Segment segment = { kAck | kPush, peer->sent + i, peer->expected, 1000, NULL, 0, "x", 1 };
		peerSegment(peer, segment);
	}
	settle();
	expectOneServed(good);
	/* It is lwIP's queue, which the boards' options do not limit otherwise (TCP_OOSEQ_MAX_PBUFS). */
	printf("%ld buffers\n", wireMostBuffers());
	EXPECT(wireBuffers() <= kWindow / 2);
	/* It gives up on them after some time. */
	REACH(wireBuffers() == 0, kMinute);
	expectOneServed(good);
	EXPECT(!good->reset);
	serverEach(&server, abortIt);
	serverClose(&server);
}

static void synFlood(void)
{
	Server server = { 0 };
	Peer* good;
	uint32_t began;
	serverOpen(&server, &kEcho);
	good = client();
	for (int i = 0; i < kFlood; i++) {
		Peer* peer = newPeer();
		peer->silent = true;
		peerConnect(peer);
		if (i % 100 == 0) {
			settle();
			EXPECT(blocks() <= MEMP_NUM_TCP_PCB);
			expectOneServed(good);
		}
		peerFree(peer);
	}
	settle();
	EXPECT(memoryBytes() < 64 * 1024);
	began = worldNow();
	expectService();
	printf("served after %u ms\n", worldNow() - began);
	expectOneServed(good);
	EQUAL(server.accepted, 2);
	serverClose(&server);
}

/* Peers that never take what they are sent. */

static void floods(Socket* socket, int room)
{
	static const uint8_t data[65536];
	if (room > 0)
		EXPECT(scriptWrite(socket, data, (size_t)room) >= 0);
}

static void closedWindow(void (*leaving)(Socket*), bool resets)
{
	static const Handlers script = { NULL, floods, fails, waits };
	Server server = { 0 }, second = { 0 };
	Peer* peers[16];
	serverOpen(&server, &script);
	for (int i = 0; i < 16; i++) {
		peers[i] = newPeer();
		peers[i]->window = 0;
		peerConnect(peers[i]);
		settle();
		EXPECT(peers[i]->connected);
		/* Half of them open it, and do not take what comes: lwIP gives up on these. */
		if (i % 2)
			peerSegment(peers[i],
				(Segment){
					.flags = kAck, .sequence = peers[i]->sent, .acknowledgment = peers[i]->expected, .window = 3000 });
	}
	/* The others answer each probe, for ever. */
	pass(5 * kMinute);
	EQUAL(server.errors, 8);
	EQUAL(blocks(), 8);
	serverEach(&server, leaving);
	if (resets) {
		EQUAL(blocks(), 0);
		for (int i = 0; i < 16; i += 2)
			EXPECT(peers[i]->reset);
	}
	else
		EQUAL(blocks(), 8);
	serverClose(&server);
	/* The others' turn. */
	serverOpen(&second, &kEcho);
	for (int i = 0; i < 16; i++)
		expectService();
	EQUAL(second.accepted, 16);
	serverClose(&second);
	/* As long as its peer answers, a block stays that nobody needs. */
	for (int i = 0; i < 16; i++)
		peerReset(peers[i]);
}

static void closedWindowAndAbort(void)
{
	closedWindow(abortIt, true);
}

static void closedWindowAndClose(void)
{
	closedWindow(closeIt, false);
}

static void noBlocks(void)
{
	Server server = { 0 };
	Peer *peers[16], *another;
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 16; i++)
		peers[i] = client();
	another = newPeer();
	peerConnect(another);
	pass(5000);
	EXPECT(!another->connected);
	EQUAL(blocks(), 16);
	for (int i = 0; i < 16; i++)
		expectOneServed(peers[i]);
	peerReset(peers[7]);
	REACH(another->connected, 5000);
	expectOneServed(another);
	serverEach(&server, abortIt);
	serverClose(&server);
}

/* Without memory */

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

static void countEnd(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->ends++;
}

static void reads(Socket* socket, int count)
{
	uint8_t data[8192];
	scriptRead(socket, data, (size_t)count);
}

static void endIt(Socket* socket)
{
	scriptEnd(socket);
}

static void refusedBytes(bool ends, bool acknowledges)
{
	static const Handlers script = { reads, NULL, fails, countEnd };
	Server server = { 0 };
	serverOpen(&server, &script);
	for (int i = 0; i < 20; i++) {
		Peer* peer = client();
		server.errors = server.ends = 0;
		if (ends) {
			peer->silent = !acknowledges;
			serverEach(&server, endIt);
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
			serverEach(&server, endIt);
		pass(1000);
		if (server.ends + server.errors != 1)
			worldFail("the script gets %u ends, and %u errors", server.ends, server.errors);
		pass(130 * 1000);
		serverEach(&server, closeIt);
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

const Scenario kMemoryScenarios[] = {
	{ "unread segments of one byte, of 15 peers", unreadBytes },
	{ "unread segments of full size, of 15 peers", unreadSegments },
	{ "segments of one byte with holes between them", holes },
	{ "a flood of 10,000 SYNs", synFlood },
	{ "peers whose window stays closed, and abort()", closedWindowAndAbort },
	{ "peers whose window stays closed, and close()", closedWindowAndClose },
	{ "more peers than blocks", noBlocks },
	{ "bytes and a FIN after end(), without memory", refusedWithFin },
	{ "bytes and a FIN while end()'s is on its way, without memory", refusedWithFinAtOnce },
	{ "bytes and a FIN before end(), without memory", refusedBeforeEnd },
	{ "each allocation failing once", memoryFailsOnce },
	{ "all allocations failing for some seconds, from each on", memoryFailsForLong },
	{ 0 },
};
