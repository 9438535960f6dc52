#include "scenario.h"

#include "lwip/priv/tcp_priv.h"

enum {
	kPatience = 200 * 1000, /* milliseconds: longer than TIME_WAIT, and than all of lwIP's retries */
};

extern size_t gSharedInput; /* pcb-lwip.c; the Makefile makes it global */

static uint32_t gPeer;

/* Time */

bool worldGoOn(uint32_t end)
{
	uint32_t at = end, next;
	bool moved = wirePump();
	worldQuiet();
	if (moved || peersRepeat())
		return true;
	if (worldDeadline(&next) && (int32_t)(next - at) < 0)
		at = next;
	if (wireNext(&next) && (int32_t)(next - at) < 0)
		at = next;
	if (peersNext(&next) && (int32_t)(next - at) < 0)
		at = next;
	worldAdvance(at);
	worldQuiet();
	return at != end || worldNow() != end;
}

void pass(uint32_t milliseconds)
{
	REACHES(false, milliseconds);
}

void settle(void)
{
	do
		worldQuiet();
	while (wirePump());
}

/* lwIP's blocks */

static size_t count(const struct tcp_pcb* list)
{
	size_t length = 0;
	for (; list; list = list->next)
		length++;
	return length;
}

size_t blocksInTimeWait(void)
{
	return count(tcp_tw_pcbs);
}

size_t blocks(void)
{
	return count(tcp_active_pcbs) + count(tcp_bound_pcbs) + count(tcp_tw_pcbs);
}

size_t sharedInput(void)
{
	return gSharedInput;
}

static long gBlocksBefore = -1;

void expectNothingLeft(void)
{
	gWeather = (Weather){ 0 };
	memoryFailAt(0, false);
	REACH(blocks() == 0, kPatience);
	EXPECT(!tcp_listen_pcbs.pcbs);
	/* lwIP's timer of connections ends with the last of them. */
	pass(1000);
	wireClear();
	EQUAL(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_TCP_PCB_LISTEN]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_PBUF]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
	EQUAL(wireBuffers(), 0);
	EQUAL(scriptObjects(), 0);
	EQUAL(sharedInput(), 0);
	if (gBlocksBefore < 0)
		gBlocksBefore = memoryBlocks();
	EQUAL(memoryBlocks(), gBlocksBefore);
	peersFree();
}

/* Clients */

Peer* newPeer(void)
{
	uint32_t index = gPeer++;
	return peerNew(kPeers + index % 60000, (uint16_t)(1024 + index / 60000), kPort);
}

Peer* client(void)
{
	Peer* peer = newPeer();
	peerConnect(peer);
	REACH(peer->connected, kMinute);
	settle();
	return peer;
}

/* Acts */

void resets(Peer* peer)
{
	peerReset(peer);
}

void writes(Peer* peer)
{
	peerWrite(peer, "few.", kFew);
}

void ends(Peer* peer)
{
	peerEnd(peer);
}

void writesAndEnds(Peer* peer)
{
	writes(peer);
	peerEnd(peer);
}

void writesAndResets(Peer* peer)
{
	writes(peer);
	peerReset(peer);
}

static Peer* gActor;
static Act gAct;

static void act(void* unused)
{
	(void)unused;
	gActor->hurries = true;
	gAct(gActor);
	gActor->hurries = false;
}

void actAtStep(long which, Peer* peer, Act acts)
{
	gActor = peer;
	gAct = acts;
	scriptAtStep(which, act, NULL);
}

bool actCame(void)
{
	bool came = scriptStepped();
	scriptAtStep(0, NULL, NULL);
	return came;
}

void expectService(void)
{
	Peer* peer = client();
	peerWrite(peer, "hello", 5);
	REACH(peer->receivedLength == 5, kMinute);
	EXPECT(!memcmp(peer->received, "hello", 5));
	peerEnd(peer);
	REACH(peer->ended && peer->endAcknowledged, kMinute);
	EXPECT(!peer->reset);
}
