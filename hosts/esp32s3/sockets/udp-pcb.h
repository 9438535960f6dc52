/* UDP control blocks, on which the script's UDP objects are built. All functions are called on the machine's thread. */
#pragma once

#include "pcb.h"

typedef struct UdpPcb UdpPcb;

/* A packet that arrived. The receiver frees it by heap_caps_free(). */
typedef struct Datagram Datagram;
struct Datagram {
	Datagram* next;
	char address[48];
	uint16_t port;
	uint16_t length;
	uint8_t data[];
};

/* Returns NULL and an error if the port is taken, or there is no network. Port 0: any. */
UdpPcb* udpOpen(uint16_t port, void* owner, PcbNotify notify, PcbText error);
/* Packets beyond a few that wait are dropped, as a network may. */
size_t udpPending(const UdpPcb* pcb);
/* Returns the oldest packet that waits. NULL if none does. */
Datagram* udpTake(UdpPcb* pcb);
/* Returns false and an error if the packet was not sent. */
bool udpSend(UdpPcb* pcb, const void* data, size_t length, const char* address, uint16_t port, PcbText error);
/* Joins a multicast group, again without effect, or leaves it. Return false and an error if that fails. */
bool udpJoin(UdpPcb* pcb, const char* group, PcbText error);
bool udpLeave(UdpPcb* pcb, const char* group, PcbText error);
/* Leaves the groups, too. */
void udpClose(UdpPcb* pcb);
