/*
	libFuzzer's view of RTP: a frame that is no proper JPEG, whose header is read and which is
	packed, to UDP and to TCP. What the packets say has to make up the frame again.
*/
#include "rtp-jpeg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char* what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static uint32_t get32(const uint8_t* p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void checkPacket(const RtpPackets* packets, const RtpPiece pieces[2], uint32_t done, uint16_t sequence)
{
	const RtpJpegFormat* format = &packets->format;
	const uint8_t* p = pieces[0].data;
	size_t length = pieces[0].length + pieces[1].length;
	size_t headers = 12 + 8 + (format->type >= 64 ? 4 : 0) + (done ? 0 : 4 + 128);
	if (packets->channel >= 0) {
		if (p[0] != '$' || p[1] != packets->channel || (size_t)(p[2] << 8 | p[3]) != length - 4)
			fail("the framing is wrong");
		p += 4;
		length -= 4;
	}
	if (length > kRtpMost || length - pieces[1].length != headers)
		fail("the packet is too long");
	if (p[0] != 0x80 || (p[1] & 0x7f) != 26 || (p[2] << 8 | p[3]) != sequence ||
		!(p[1] & 0x80) != (rtpLeft(packets) > 0))
		fail("RTP's header is wrong");
	if (get32(p + 12) != done || p[16] != format->type || p[17] != 255 || !p[18] || !p[19])
		fail("JPEG's header is wrong");
	if (!done && memcmp(p + headers - 128, format->tables, 128))
		fail("the tables are wrong");
}

static void pack(const RtpJpeg* jpeg, const uint8_t* data, size_t length, int channel)
{
	RtpPackets packets = { .channel = channel, .sequence = 65535 };
	uint8_t header[kRtpHeader];
	RtpPiece pieces[2];
	uint32_t done = 0;
	uint16_t sequence = 65535;
	rtpBegin(&packets, &jpeg->format, (uint32_t)length, 1);
	while (rtpNext(&packets, data, header, pieces)) {
		checkPacket(&packets, pieces, done, sequence++);
		if (pieces[1].data != data + jpeg->format.scan + done)
			fail("a part of the frame is missing");
		done += (uint32_t)pieces[1].length;
	}
	if (jpeg->format.scan + done != length)
		fail("the frame's end is missing");
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
	static RtpJpeg kept;
	RtpJpeg jpeg = { 0 };
	uint8_t* copy = malloc(size + 1);
	const char* reason;
	/* Exactly as long as the frame, so that reading on is noticed. */
	uint8_t* frame = size ? realloc(copy, size) : copy;
	memcpy(frame, data, size);
	reason = rtpJpegRead(&jpeg, frame, size);
	/* What was read of the last frame changes nothing. */
	if (!reason != !rtpJpegRead(&kept, frame, size) ||
		(!reason && memcmp(&kept.format, &jpeg.format, sizeof jpeg.format)))
		fail("a header is recognized that is another one");
	if (!reason) {
		pack(&jpeg, frame, size, -1);
		pack(&jpeg, frame, size, 254);
	}
	free(frame);
	return 0;
}
