/*
	The wire: lwIP's network interface, whose other end is the driver. Packets of IPv4 wait
	on it for their time; the weather loses, repeats, delays and reorders them. The buffers
	of what the device receives are counted, since those of the Wi-Fi driver are few.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { kDevice = 0x0a000001 }; /* the device's address, 10.0.0.1 */

typedef struct {
	unsigned loss, repeat, reorder; /* of a thousand packets, in each direction */
	uint32_t delay;                 /* milliseconds */
	long buffers;                   /* for what the device receives; the rest is lost. 0 = any number */
} Weather;
extern Weather gWeather;

/* Starts lwIP with this interface. */
void wireOpen(void);
/* Takes the interface down, so that there is no route, or up. */
void wireUp(bool up);
/* Sends to the device, in this weather. */
void wireSend(const void* packet, size_t length);
/* Gives the device a packet at once. Also for the machine's thread. */
void wireInject(const void* packet, size_t length);
/* Who receives what the device sends: the peers, or a function. */
void wireReceiver(void (*receive)(const uint8_t* packet, size_t length));
/* Moves the packets whose time has come. Returns false if there are none. */
bool wirePump(void);
/* The time of the next packet. Returns false if there is none. */
bool wireNext(uint32_t* at);
/* Buffers of received packets that are not free yet, and the most since the last call. */
long wireBuffers(void);
long wireMostBuffers(void);
/* Discards the packets on the wire. */
void wireClear(void);
