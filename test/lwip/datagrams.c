#include "datagrams.h"
#include "packet.h"
#include "wire.h"
#include "world.h"

#include <string.h>

enum { kUdpHeader = 8, kReport = 0x16, kLeave = 0x17, kMoreFragments = 0x2000, kFragmentOffset = 0x1fff };

Heard gHeard;

static size_t makeDatagram(
	uint8_t* packet, uint32_t from, uint16_t port, uint32_t to, uint16_t devicePort, const void* data, size_t length)
{
	uint8_t* udp = packet + kIpHeader;
	size_t content = kUdpHeader + length;
	if (kIpHeader + content > kMtu)
		worldFail("a datagram of %zu bytes", length);
	memset(packet, 0, kMtu);
	packetHeader(packet, kUdp, from, to, content);
	put16(udp, port);
	put16(udp + 2, devicePort);
	put16(udp + 4, (uint16_t)content);
	if (length)
		memcpy(udp + kUdpHeader, data, length);
	put16(udp + 6, packetChecksum(packet, content));
	return kIpHeader + content;
}

void datagramSend(uint32_t from, uint16_t port, uint32_t to, uint16_t devicePort, const void* data, size_t length)
{
	uint8_t packet[kMtu];
	wireSend(packet, makeDatagram(packet, from, port, to, devicePort, data, length));
}

void datagramHurry(uint32_t from, uint16_t port, uint32_t to, uint16_t devicePort, const void* data, size_t length)
{
	uint8_t packet[kMtu];
	wireInject(packet, makeDatagram(packet, from, port, to, devicePort, data, length));
}

/* From the device */

static void hearDatagram(const uint8_t* whole, size_t length)
{
	const uint8_t* udp = whole + kIpHeader;
	if (get16(udp + 4) != length)
		worldFail("a datagram of %u bytes in %zu", get16(udp + 4), length);
	if (packetChecksum(whole, length))
		worldFail("the device sends a wrong checksum");
	gHeard.count++;
	gHeard.to = get32(whole + 16);
	gHeard.hops = whole[8];
	gHeard.devicePort = get16(udp);
	gHeard.port = get16(udp + 2);
	gHeard.length = length - kUdpHeader;
	memcpy(gHeard.data, udp + kUdpHeader, gHeard.length);
}

/* Fragments come in their order. */
static void hearFragment(const uint8_t* packet, size_t length)
{
	static uint8_t whole[kIpHeader + 65536];
	static size_t wholeLength;
	uint16_t fragment = get16(packet + 6);
	size_t at = (size_t)(fragment & kFragmentOffset) * 8;
	if (!at)
		memcpy(whole, packet, kIpHeader);
	else if (at != wholeLength)
		worldFail("a fragment is at %zu, and not at %zu", at, wholeLength);
	memcpy(whole + kIpHeader + at, packet + kIpHeader, length);
	wholeLength = at + length;
	if (!(fragment & kMoreFragments))
		hearDatagram(whole, wholeLength);
}

static void hear(const uint8_t* packet, size_t length)
{
	size_t header = (size_t)(packet[0] & 15) * 4;
	if (packet[0] >> 4 != 4)
		return;
	if (packet[9] == kUdp)
		hearFragment(packet, length - header);
	/* IGMP's packets have an option in their header. */
	else if (packet[9] == kIgmp && get32(packet + header + 4) == kMdnsGroup) {
		if (checksum(packet + header, length - header))
			worldFail("the device sends a wrong checksum");
		gHeard.reports += packet[header] == kReport;
		gHeard.leaves += packet[header] == kLeave;
	}
}

void datagramsListen(void)
{
	gHeard = (Heard){ 0 };
	wireReceiver(hear);
}
