/*
	UDP control blocks, on which the script's UDP objects are built: lwIP's on the board, Linux
	sockets with lwIP's limits in the simulators. All functions are called on the machine's
	thread.
*/
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

/*
	Returns NULL and an error if the port is taken, there is no control block, or there is no
	network. `address`, one of the machine's, may be NULL: all of them. Port 0: any.
*/
UdpPcb* udpOpen(const char* address, uint16_t port, void* owner, PcbNotify notify, PcbText error);
uint16_t udpPort(const UdpPcb* pcb);
/* Packets beyond a few that wait are dropped, as a network may. */
size_t udpPending(const UdpPcb* pcb);
/* Returns the oldest packet that waits. NULL if none does. */
Datagram* udpTake(UdpPcb* pcb);
/* Returns false and an error if the packet was not sent. */
bool udpSend(UdpPcb* pcb, const void* data, size_t length, const char* address, uint16_t port, PcbText error);
/*
	Sends packets one after the other. `next` describes each by two pieces, which are used until it is called again,
	and returns false after the last. It may be called on lwIP's thread. Returns false at the first packet that is not
	sent, because there is no transmit buffer or no route; none waits for one.
*/
typedef bool (*UdpNext)(void* packets, PcbPiece pieces[2]);
bool udpSendAll(UdpPcb* pcb, const char* address, uint16_t port, UdpNext next, void* packets);
/* Joins a multicast group, again without effect, or leaves it. Return false and an error if that fails. */
bool udpJoin(UdpPcb* pcb, const char* group, PcbText error);
bool udpLeave(UdpPcb* pcb, const char* group, PcbText error);
/* Leaves the groups, too. */
void udpClose(UdpPcb* pcb);
