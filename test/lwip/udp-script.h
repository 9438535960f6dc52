/* A script with a UDP socket, and a host on the network that sends to it. */
#pragma once

#include "datagrams.h"
#include "packet.h"
#include "pattern.h"

enum {
	kMdnsPort = 5353,
	kHost = 0x0a0000c8, /* 10.0.0.200 */
	kHostPort = 4000,
	kMostReceived = kMtu - 28, /* without fragments */
};
static const char kHostText[] = "10.0.0.200", kGroupText[] = "224.0.0.251";

typedef struct {
	UdpSocket* socket;
	uint16_t port;
	Callback onReadable;
	unsigned readable, received;
	int most; /* that waited */
	size_t bytes;
	uint32_t from; /* of the last one */
	uint16_t fromPort;
	size_t length;
	bool wrong; /* a byte differs from the pattern */
	bool done;  /* what the last call returned */
	const void* data;
	const char *address, *group;
} UdpScript;

/* On the machine's thread, with an UdpScript: */

void opensUdp(void* script);
void closesUdp(void* script);
void readsUdp(void* script);
void writesUdp(void* script);
void addsGroup(void* script);
void removesGroup(void* script);

/* Callbacks: */

void countsUdp(UdpSocket* socket, int count);
void receivesUdp(UdpSocket* socket, int count);

/* For the driver: */

/* Runs one of the functions above on the machine. */
void runUdp(void (*function)(void*), UdpScript* script);
/* Opens a socket; the host listens. */
void openUdp(UdpScript* script, uint16_t port, Callback onReadable);
void closeUdp(UdpScript* script);
/* Sends a pattern to the mDNS port of an address, or of the device. */
void sendFromHostTo(uint32_t address, size_t length);
void sendFromHost(size_t length);
/* Sends a pattern from the script. Returns whether write() returned. */
bool sendFromScript(UdpScript* script, size_t length);
