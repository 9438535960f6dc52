/*
	The peers: TCP made by hand, on the driver's thread. A peer behaves well by itself, as
	far as its flags say: it acknowledges what it receives, sends what it is given, and
	repeats what is lost. At any point a scenario can depart from that, and send segments
	of its own making.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { kFin = 1, kSyn = 2, kReset = 4, kPush = 8, kAck = 16, kUrgent = 32 };

/* A segment, without its ports. */
typedef struct {
	int flags;
	uint32_t sequence, acknowledgment;
	uint16_t window;
	const void* options; /* a multiple of four bytes */
	size_t optionsLength;
	const void* data;
	size_t length;
} Segment;

typedef struct Peer Peer;
struct Peer {
	uint32_t address;
	uint16_t port, devicePort;

	/* What it does; a scenario may change it at any time. */
	bool silent;      /* answers nothing */
	bool hurries;     /* its segments are at the device at once, also those that the machine's thread sends */
	uint16_t window;  /* of what it receives */
	uint16_t segment; /* the most bytes in a segment that it sends */

	/* What has happened. */
	bool connected, ended, reset; /* the device's SYN, FIN and RST have come */
	bool endAcknowledged;         /* the device has all that this peer sent, and its FIN */
	unsigned segments;            /* received */
	uint8_t* received;
	size_t receivedLength, receivedCapacity;

	/* The state of the connection. */
	uint32_t sent, unacknowledged, expected; /* SND.NXT, SND.UNA and RCV.NXT */
	uint32_t deviceWindow;
	uint8_t* output; /* from the sequence number outputAt on */
	size_t outputLength;
	uint32_t outputAt;
	bool passive; /* the device connects to it */
	bool ends;
	bool armed;
	uint32_t retryAt;
	Peer* next;
};

/* Peers that a scenario has not freed yet are freed at its end. */
Peer* peerNew(uint32_t address, uint16_t port, uint16_t devicePort);
void peerFree(Peer* peer);
void peersFree(void);

/* Sends a SYN. The rest follows by itself. */
void peerConnect(Peer* peer);
/* Sends these bytes, after those that it was given before, and repeats them until they are acknowledged. */
void peerWrite(Peer* peer, const void* data, size_t length);
/* Sends a FIN after these bytes. */
void peerEnd(Peer* peer);
/* Sends a segment as it is. */
void peerSegment(const Peer* peer, Segment segment);
/* A segment with the sequence numbers of the connection. */
void peerSend(const Peer* peer, int flags, const void* data, size_t length);
void peerReset(Peer* peer);

/* Peers that the device connects to */

typedef enum { kAccepts, kRefuses, kIsDead } Manner;
/* How addresses treat a SYN that is for no peer. */
void peersAnswer(uint32_t address, uint16_t port, Manner manner);
/* The peer that was made for the last SYN of the device. */
Peer* peersLast(void);

/* For the wire and the driver: */

void peersReceive(const uint8_t* packet, size_t length);
bool peersNext(uint32_t* at);
/* Repeats what has not been acknowledged in time. */
bool peersRepeat(void);
unsigned peersStray(void); /* segments for no peer, since the start */
