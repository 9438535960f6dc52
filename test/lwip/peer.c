#include "peer.h"
#include "packet.h"
#include "wire.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	kTcpHeader = 20,
	kDefaultSegment = 1436,
	kRetry = 400, /* milliseconds until a segment is repeated */
	kWindow = 32768,
	kMostRules = 8,
	kUnansweredFlight = 65535,
};

typedef struct {
	uint32_t address;
	uint16_t port;
	Manner manner;
} Rule;

static Peer *gPeers, *gLast;
static Rule gRules[kMostRules];
static size_t gRuleCount;
static unsigned gStray;

/* For people: YIELDCAM_LWIP_TRACE=1 prints all segments. */
static void trace(
	const Peer* peer, const char* arrow, int flags, uint32_t sequence, uint32_t acknowledgment, size_t length)
{
	static int wanted = -1;
	if (wanted < 0)
		wanted = getenv("YIELDCAM_LWIP_TRACE") != NULL;
	if (wanted)
		fprintf(stderr, "%6u ms %s %x:%u %s%s%s%s%s %u %u +%zu\n", worldNow(), arrow, peer->address, peer->port,
			flags & kSyn ? "S" : "", flags & kAck ? "A" : "", flags & kPush ? "P" : "", flags & kFin ? "F" : "",
			flags & kReset ? "R" : "", sequence, acknowledgment, length);
}

void peerSegment(const Peer* peer, Segment segment)
{
	uint8_t packet[kMtu] = { 0 };
	uint8_t* tcp = packet + kIpHeader;
	size_t header = kTcpHeader + segment.optionsLength, length = header + segment.length;
	if (kIpHeader + length > sizeof packet)
		worldFail("a segment of %zu bytes", length);
	trace(peer, "->", segment.flags, segment.sequence, segment.acknowledgment, segment.length);
	packetHeader(packet, kTcp, peer->address, kDevice, length);
	put16(tcp, peer->port);
	put16(tcp + 2, peer->devicePort);
	put32(tcp + 4, segment.sequence);
	put32(tcp + 8, segment.acknowledgment);
	tcp[12] = (uint8_t)(header / 4 << 4);
	tcp[13] = (uint8_t)segment.flags;
	put16(tcp + 14, segment.window);
	if (segment.optionsLength)
		memcpy(tcp + kTcpHeader, segment.options, segment.optionsLength);
	if (segment.length)
		memcpy(tcp + header, segment.data, segment.length);
	put16(tcp + 16, packetChecksum(packet, length));
	(peer->hurries ? wireInject : wireSend)(packet, kIpHeader + length);
}

void peerSend(const Peer* peer, int flags, const void* data, size_t length)
{
	Segment segment = { flags, peer->sent, peer->expected, peer->window, NULL, 0, data, length };
	peerSegment(peer, segment);
}

void peerReset(Peer* peer)
{
	peerSend(peer, kReset | kAck, NULL, 0);
}

/* Peers */

Peer* peerNew(uint32_t address, uint16_t port, uint16_t devicePort)
{
	Peer* peer = calloc(1, sizeof *peer);
	peer->address = address;
	peer->port = port;
	peer->devicePort = devicePort;
	peer->window = kWindow;
	peer->segment = kDefaultSegment;
	peer->next = gPeers;
	gPeers = peer;
	return peer;
}

void peerFree(Peer* peer)
{
	Peer** address = &gPeers;
	while (*address != peer)
		address = &(*address)->next;
	*address = peer->next;
	if (gLast == peer)
		gLast = NULL;
	free(peer->received);
	free(peer->output);
	free(peer);
}

void peersFree(void)
{
	while (gPeers)
		peerFree(gPeers);
	gRuleCount = 0;
}

void peersAnswer(uint32_t address, uint16_t port, Manner manner)
{
	if (gRuleCount == kMostRules)
		worldFail("too many rules");
	gRules[gRuleCount++] = (Rule){ address, port, manner };
}

Peer* peersLast(void)
{
	return gLast;
}

unsigned peersStray(void)
{
	return gStray;
}

static void arm(Peer* peer)
{
	peer->armed = true;
	peer->retryAt = worldNow() + kRetry;
}

static void sendSyn(Peer* peer, int flags)
{
	static const uint8_t segmentSize[] = { 2, 4, kDefaultSegment >> 8, kDefaultSegment & 0xff };
	Segment segment = { kSyn | flags, peer->unacknowledged, flags ? peer->expected : 0, peer->window, segmentSize,
		sizeof segmentSize, NULL, 0 };
	peerSegment(peer, segment);
	peer->sent = peer->unacknowledged + 1;
	arm(peer);
}

static void start(Peer* peer)
{
	peer->unacknowledged = worldDice(0xffffffff);
	peer->outputAt = peer->unacknowledged + 1;
}

void peerConnect(Peer* peer)
{
	start(peer);
	sendSyn(peer, 0);
}

/* Sending */

static void transmit(Peer* peer)
{
	if (!peer->connected || peer->reset || peer->silent)
		return;
	for (;;) {
		size_t at = peer->sent - peer->outputAt, flight = peer->sent - peer->unacknowledged;
		size_t length = at < peer->outputLength ? peer->outputLength - at : 0;
		size_t room = flight < peer->deviceWindow ? peer->deviceWindow - flight : 0;
		bool last;
		if (length > peer->segment)
			length = peer->segment;
		if (length > room)
			length = room;
		last = peer->ends && at <= peer->outputLength && at + length == peer->outputLength;
		if (!length && !last)
			break;
		peerSend(
			peer, kAck | (length ? kPush : 0) | (last ? kFin : 0), peer->output ? peer->output + at : NULL, length);
		peer->sent += (uint32_t)length + last;
		if (!peer->armed)
			arm(peer);
		if (last)
			break;
	}
	/* A closed window has to be probed. */
	if (peer->sent - peer->outputAt < peer->outputLength && !peer->armed)
		arm(peer);
}

void peerWrite(Peer* peer, const void* data, size_t length)
{
	peer->output = realloc(peer->output, peer->outputLength + length);
	memcpy(peer->output + peer->outputLength, data, length);
	peer->outputLength += length;
	transmit(peer);
}

void peerEnd(Peer* peer)
{
	peer->ends = true;
	transmit(peer);
}

static void repeat(Peer* peer)
{
	peer->armed = false;
	if (peer->reset || peer->silent)
		return;
	if (!peer->connected) {
		sendSyn(peer, peer->passive ? kAck : 0);
		return;
	}
	peer->sent = peer->unacknowledged;
	transmit(peer);
	if (peer->sent == peer->unacknowledged && peer->sent - peer->outputAt < peer->outputLength) {
		peerSend(peer, kAck, peer->output + (peer->sent - peer->outputAt), 1);
		arm(peer);
	}
}

bool peersNext(uint32_t* at)
{
	bool found = false;
	for (const Peer* peer = gPeers; peer; peer = peer->next)
		if (peer->armed && (!found || (int32_t)(peer->retryAt - *at) < 0)) {
			found = true;
			*at = peer->retryAt;
		}
	return found;
}

bool peersRepeat(void)
{
	bool repeated = false;
	for (Peer* peer = gPeers; peer; peer = peer->next)
		if (peer->armed && (int32_t)(worldNow() - peer->retryAt) >= 0) {
			repeat(peer);
			repeated = true;
		}
	return repeated;
}

/* Receiving */

static void keep(Peer* peer, const uint8_t* data, size_t length)
{
	if (peer->receivedLength + length > peer->receivedCapacity) {
		peer->receivedCapacity = (peer->receivedLength + length) * 2;
		peer->received = realloc(peer->received, peer->receivedCapacity);
	}
	memcpy(peer->received + peer->receivedLength, data, length);
	peer->receivedLength += length;
}

static void acknowledged(Peer* peer, uint32_t acknowledgment)
{
	uint32_t count = acknowledgment - peer->unacknowledged;
	/* After a timeout, what was sent before it may be acknowledged, too. */
	if (count == 0 || count > kUnansweredFlight)
		return;
	peer->unacknowledged = acknowledgment;
	if ((int32_t)(peer->sent - acknowledgment) < 0)
		peer->sent = acknowledgment;
	peer->endAcknowledged = peer->ends && acknowledgment == peer->outputAt + peer->outputLength + 1;
	peer->armed = false;
	if (peer->sent != acknowledgment)
		arm(peer);
}

static void receive(Peer* peer, const uint8_t* tcp, size_t length)
{
	int flags = tcp[13];
	uint32_t sequence = get32(tcp + 4);
	size_t header = (size_t)(tcp[12] >> 4) * 4, old;
	const uint8_t* data = tcp + header;
	bool wasConnected = peer->connected;
	length -= header;
	peer->segments++;
	trace(peer, "<-", flags, sequence, get32(tcp + 8), length);
	if (flags & kReset) {
		peer->reset = true;
		peer->armed = false;
		return;
	}
	if (flags & kSyn && !peer->connected)
		peer->expected = sequence + 1;
	if (peer->silent)
		return;
	if (flags & kSyn) {
		if (!peer->passive)
			peer->connected = true;
		sequence++;
	}
	peer->deviceWindow = get16(tcp + 14);
	if (flags & kAck) {
		acknowledged(peer, get32(tcp + 8));
		if (peer->passive && peer->unacknowledged == peer->outputAt)
			peer->connected = true;
	}
	old = peer->expected - sequence;
	if (old <= length) {
		size_t fresh = length - old;
		bool whole = fresh <= peer->window;
		if (!whole)
			fresh = peer->window;
		if (fresh)
			keep(peer, data + old, fresh);
		peer->expected += (uint32_t)fresh;
		if (flags & kFin && whole && !peer->ended) {
			peer->ended = true;
			peer->expected++;
		}
	}
	/* The third is a question whether the peer is still there. */
	if (length || flags & (kFin | kSyn) || sequence + 1 == peer->expected || (peer->connected && !wasConnected))
		peerSend(peer, kAck, NULL, 0);
	transmit(peer);
}

static void refuse(Peer* peer, uint32_t sequence)
{
	Segment segment = { .flags = kReset | kAck, .acknowledgment = sequence + 1 };
	peerSegment(peer, segment);
}

/* As a host does with a segment of a connection that it does not have. SYNs and their answers are left alone. */
static void answerStray(uint32_t address, uint16_t port, uint16_t devicePort, const uint8_t* tcp)
{
	Peer nobody = { .address = address, .port = port, .devicePort = devicePort };
	if (!(tcp[13] & (kReset | kSyn)))
		peerSegment(&nobody, (Segment){ .flags = kReset, .sequence = get32(tcp + 8) });
}

static void answer(uint32_t address, uint16_t port, uint16_t devicePort, const uint8_t* tcp)
{
	for (size_t i = 0; i < gRuleCount; i++) {
		const Rule* rule = &gRules[i];
		if (rule->address != address || rule->port != port || rule->manner == kIsDead)
			continue;
		gLast = peerNew(address, port, devicePort);
		gLast->passive = true;
		gLast->expected = get32(tcp + 4) + 1;
		gLast->deviceWindow = get16(tcp + 14);
		if (rule->manner == kRefuses) {
			refuse(gLast, get32(tcp + 4));
			return;
		}
		start(gLast);
		sendSyn(gLast, kAck);
		return;
	}
}

void peersReceive(const uint8_t* packet, size_t length)
{
	const uint8_t* tcp = packet + kIpHeader;
	uint32_t to;
	if (length < kIpHeader + kTcpHeader || packet[0] != 0x45 || packet[9] != kTcp)
		return;
	length = get16(packet + 2) - kIpHeader;
	if (packetChecksum(packet, length))
		worldFail("the device sends a wrong checksum");
	to = get32(packet + 16);
	for (Peer* peer = gPeers; peer; peer = peer->next)
		if (peer->address == to && peer->port == get16(tcp + 2) && peer->devicePort == get16(tcp)) {
			receive(peer, tcp, length);
			return;
		}
	gStray++;
	if (tcp[13] == kSyn)
		answer(to, get16(tcp + 2), get16(tcp), tcp);
	else
		answerStray(to, get16(tcp + 2), get16(tcp), tcp);
}
