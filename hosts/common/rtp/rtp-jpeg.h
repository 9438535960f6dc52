/*
	RTP packets of JPEGs (RFC 2435), one source for the board and for the simulators.

	A packet has no Huffman tables, and of a JPEG's header only what its receivers need to
	write another one. So a frame's header is read once, and a frame whose header has the
	same bytes as the last one's is not read again.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the packets say of a frame. */
typedef struct {
	uint8_t type;          /* 0: 4:2:2, 1: 4:2:0; 64 more with restart markers (3.1.3) */
	uint8_t width, height; /* in units of 8 pixels */
	uint16_t restart;      /* MCUs between restart markers; 0: none */
	uint16_t pixelWidth, pixelHeight;
	uint32_t scan;          /* where the entropy-coded data begin */
	uint8_t tables[2 * 64]; /* luma, chroma, in zig-zag order */
} RtpJpegFormat;

enum { kRtpJpegKept = 1024 /* bytes of a longest header that is recognized */ };

typedef struct {
	RtpJpegFormat format;
	uint32_t kept; /* bytes of `header`; 0: none */
	uint8_t header[kRtpJpegKept];
} RtpJpeg;

/* Reads a frame's header. Returns NULL, or why RFC 2435 cannot carry the frame. */
const char* rtpJpegRead(RtpJpeg* jpeg, const uint8_t* data, size_t length);

enum {
	kRtpMost =
		1400, /* bytes of a packet, with RTP's header: they fit into Ethernet's 1,500, and into a segment of TCP */
	kRtpFraming = 4, /* of interleaved packets (RFC 2326, 10.12) */
	/* Those, RTP's header, JPEG's, that of restart markers, that of tables, and the tables. */
	kRtpHeader = kRtpFraming + 12 + 8 + 4 + 4 + 2 * 64,
};

typedef struct {
	const void* data;
	size_t length;
} RtpPiece;

/* The packets of a frame to one receiver. */
typedef struct {
	RtpJpegFormat format;
	uint32_t ssrc, timestamp;
	uint16_t sequence;        /* of the next packet */
	int channel;              /* of interleaved packets; negative: without their framing */
	uint32_t length;          /* of the frame; 0: there is none */
	uint32_t offset;          /* of the next packet's data in the frame */
	uint32_t packets, octets; /* in all, as sender reports count them (RFC 3550, 6.4.1) */
} RtpPackets;

/* Begins a frame. What is left of the last one is not sent. */
void rtpBegin(RtpPackets* packets, const RtpJpegFormat* format, uint32_t length, uint32_t timestamp);
/* Bytes of the frame's entropy-coded data in packets to come. */
uint32_t rtpLeft(const RtpPackets* packets);
/*
	Describes the next packet: its headers, which are written to `header`, and a part of the
	frame at `data`. Returns false after the last one.
*/
bool rtpNext(RtpPackets* packets, const uint8_t* data, uint8_t header[kRtpHeader], RtpPiece pieces[2]);

enum { kRtcpMost = kRtpFraming + 28 + 8 + 24 + 8 };
/*
	Writes a sender report and a source description (RFC 3550, 6.4.1 and 6.5), and `bye` also a
	goodbye (6.6), for the channel after that of the packets. The times are the same moment on
	NTP's clock and on that of the packets. Returns the bytes written.
*/
size_t rtcpReport(const RtpPackets* packets, uint8_t report[kRtcpMost], uint32_t seconds, uint32_t fraction,
	uint32_t timestamp, bool bye);
