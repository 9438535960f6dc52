#include "packet.h"

void put16(uint8_t* at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void put32(uint8_t* at, uint32_t value)
{
	put16(at, (uint16_t)(value >> 16));
	put16(at + 2, (uint16_t)value);
}

uint16_t get16(const uint8_t* at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t get32(const uint8_t* at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static uint32_t sum(uint32_t total, const uint8_t* data, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2)
		total += get16(data + i);
	if (length & 1)
		total += (uint32_t)data[length - 1] << 8;
	return total;
}

static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

uint16_t checksum(const uint8_t* data, size_t length)
{
	return fold(sum(0, data, length));
}

uint16_t packetChecksum(const uint8_t* packet, size_t length)
{
	uint32_t total = sum(packet[9] + (uint32_t)length, packet + 12, 8);
	return fold(sum(total, packet + kIpHeader, length));
}

void packetHeader(uint8_t* packet, int protocol, uint32_t from, uint32_t to, size_t length)
{
	static const uint8_t header[kIpHeader] = { 0x45 };
	for (size_t i = 0; i < kIpHeader; i++)
		packet[i] = header[i];
	put16(packet + 2, (uint16_t)(kIpHeader + length));
	packet[8] = 64; /* hops */
	packet[9] = (uint8_t)protocol;
	put32(packet + 12, from);
	put32(packet + 16, to);
	put16(packet + 10, checksum(packet, kIpHeader));
}
