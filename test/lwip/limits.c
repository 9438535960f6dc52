/* Peers that take what there is of the device. */
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

/* Only the address in `state` is served; what others send stays unread. */
static void readsOne(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	if (remoteOf(socket) == ((Peer*)server->state)->address)
		kEcho.onReadable(socket, count);
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
	static const Handlers script = { readsOne, NULL, leavesAtError, countsEnd };
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
	serverEach(&server, leaveAtOnce);
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
	serverEach(&server, leaveAtOnce);
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

static void closedWindow(void (*leaving)(Socket*), bool resets)
{
	static const Handlers script = { NULL, writesAll, leavesAtError, countsEnd };
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
	closedWindow(leaveAtOnce, true);
}

static void closedWindowAndClose(void)
{
	closedWindow(leave, false);
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
	serverEach(&server, leaveAtOnce);
	serverClose(&server);
}

const Scenario kLimitScenarios[] = {
	{ "unread segments of one byte, of 15 peers", unreadBytes },
	{ "unread segments of full size, of 15 peers", unreadSegments },
	{ "segments of one byte with holes between them", holes },
	{ "a flood of 10,000 SYNs", synFlood },
	{ "peers whose window stays closed, and abort()", closedWindowAndAbort },
	{ "peers whose window stays closed, and close()", closedWindowAndClose },
	{ "more peers than blocks", noBlocks },
	{ 0 },
};
