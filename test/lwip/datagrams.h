/* UDP and IGMP made by hand, on the driver's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { kMdnsGroup = 0xe00000fb /* 224.0.0.251 */ };

/* Sends a datagram to an address of the device. With `hurries`, it arrives at once; also for the machine's thread. */
void datagramSend(uint32_t from, uint16_t port, uint32_t to, uint16_t devicePort, const void* data, size_t length);
void datagramHurry(uint32_t from, uint16_t port, uint32_t to, uint16_t devicePort, const void* data, size_t length);

/* What the device has sent since datagramsListen(). */
typedef struct {
	unsigned count; /* datagrams */
	uint32_t to;    /* of the last one, as is the rest */
	uint16_t port, devicePort;
	int hops;
	size_t length;
	uint8_t data[65536];
	unsigned reports, leaves; /* of IGMP, for the group of mDNS */
} Heard;
extern Heard gHeard;
void datagramsListen(void);
