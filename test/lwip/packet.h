/* Bytes of IPv4 packets, for peers that make them by hand. */
#pragma once

#include <stdint.h>
#include <stddef.h>

enum { kIpHeader = 20, kIcmp = 1, kIgmp = 2, kTcp = 6, kUdp = 17, kMtu = 1500 };

void put16(uint8_t* at, uint16_t value);
void put32(uint8_t* at, uint32_t value);
uint16_t get16(const uint8_t* at);
uint32_t get32(const uint8_t* at);

/* Writes the header of a packet whose content, of this length, follows. */
void packetHeader(uint8_t* packet, int protocol, uint32_t from, uint32_t to, size_t length);
/* The checksum of bytes, 0 if they contain the right one. */
uint16_t checksum(const uint8_t* data, size_t length);
/* The checksum of TCP and UDP, which includes the addresses of the packet's header. */
uint16_t packetChecksum(const uint8_t* packet, size_t length);
