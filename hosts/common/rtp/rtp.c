/* The script's view of RTP packets (rtp-jpeg.h): one call sends a frame, or as much of it as there is room for. */
#include "rtp-jpeg.h"
#include "sockets.h"
#include "udp-pcb.h"
#include "mc.xs.h"

#include <stdlib.h>
#include <string.h>

static void* newRtp(xsMachine* the, size_t size, xsHostHooks* hooks)
{
	void* data = calloc(1, size);
	if (!data)
		xsRangeError("no memory");
	xsmcSetHostData(xsThis, data);
	xsSetHostHooks(xsThis, hooks);
	return data;
}

/* Formats */

void xs_rtp_format_destructor(void* data);

static xsHostHooks formatHooks = { xs_rtp_format_destructor, NULL, NULL };

void xs_rtp_format_destructor(void* data)
{
	free(data);
}

void xs_rtp_format_constructor(xsMachine* the)
{
	newRtp(the, sizeof(RtpJpeg), &formatHooks);
}

/* Reads the header of a frame. Returns why it cannot be carried, or undefined if it can. */
void xs_rtp_format_read(xsMachine* the)
{
	RtpJpeg* jpeg = xsmcGetHostDataValidate(xsThis, &formatHooks);
	void* data;
	xsUnsignedValue length;
	const char* reason;
	xsmcGetBufferReadable(xsArg(0), &data, &length);
	reason = rtpJpegRead(jpeg, data, length);
	if (reason)
		xsmcSetString(xsResult, (xsStringValue)reason);
}

void xs_rtp_format_get_width(xsMachine* the)
{
	const RtpJpeg* jpeg = xsmcGetHostDataValidate(xsThis, &formatHooks);
	xsmcSetInteger(xsResult, jpeg->format.pixelWidth);
}

void xs_rtp_format_get_height(xsMachine* the)
{
	const RtpJpeg* jpeg = xsmcGetHostDataValidate(xsThis, &formatHooks);
	xsmcSetInteger(xsResult, jpeg->format.pixelHeight);
}

/* Packets */

enum { kBatch = 8 /* packets that are written to TCP in one call */ };

typedef struct {
	RtpPackets packets;
	/* What is left of a packet that is partly written to TCP. */
	uint8_t header[kRtpHeader];
	RtpPiece rest[2];
	const uint8_t* base; /* the frame's address when `rest` was made: it may move */
} Rtp;

void xs_rtp_destructor(void* data);

static xsHostHooks rtpHooks = { xs_rtp_destructor, NULL, NULL };

void xs_rtp_destructor(void* data)
{
	free(data);
}

static Rtp* rtpOf(xsMachine* the)
{
	return xsmcGetHostDataValidate(xsThis, &rtpHooks);
}

static uint32_t optionNumber(xsMachine* the, int index)
{
	double value = xsmcToNumber(xsArg(index));
	return value >= 0 && value <= 4294967295.0 ? (uint32_t)value : 0;
}

/* (ssrc, sequence, channel). A negative channel: for UDP. */
void xs_rtp_constructor(xsMachine* the)
{
	uint32_t ssrc = optionNumber(the, 0), sequence = optionNumber(the, 1);
	int channel = (int)xsmcToInteger(xsArg(2));
	Rtp* rtp = newRtp(the, sizeof *rtp, &rtpHooks);
	rtp->packets.ssrc = ssrc;
	rtp->packets.sequence = (uint16_t)sequence;
	rtp->packets.channel = channel > 254 ? 254 : channel;
}

static size_t leftOf(const Rtp* rtp)
{
	return rtp->rest[0].length + rtp->rest[1].length + rtpLeft(&rtp->packets);
}

/* (format, frame, timestamp). The frame's header has been read into the format. */
void xs_rtp_begin(xsMachine* the)
{
	Rtp* rtp = rtpOf(the);
	const RtpJpeg* jpeg = xsmcGetHostDataValidate(xsArg(0), &formatHooks);
	uint32_t timestamp = optionNumber(the, 2);
	void* data;
	xsUnsignedValue length;
	xsmcGetBufferReadable(xsArg(1), &data, &length);
	if (!jpeg->format.scan || jpeg->format.scan > length)
		xsUnknownError("the frame's header was not read");
	rtp->rest[0].length = rtp->rest[1].length = 0;
	rtpBegin(&rtp->packets, &jpeg->format, length, timestamp);
}

/* Returns the frame, or NULL if the driver has taken it back. */
static const uint8_t* frameOf(xsMachine* the, const Rtp* rtp, int index)
{
	void* data;
	xsUnsignedValue length;
	xsmcGetBufferReadable(xsArg(index), &data, &length);
	return length == rtp->packets.length ? data : NULL;
}

/* Moves up to `room` bytes of a packet's pieces to others. */
static size_t takePieces(RtpPiece rest[2], PcbPiece* pieces, size_t* count, size_t room)
{
	size_t taken = 0;
	for (int i = 0; i < 2; i++) {
		size_t length = rest[i].length < room - taken ? rest[i].length : room - taken;
		if (!length)
			continue;
		pieces[(*count)++] = (PcbPiece){ rest[i].data, length };
		rest[i].data = (const uint8_t*)rest[i].data + length;
		rest[i].length -= length;
		taken += length;
	}
	return taken;
}

/* Writes a batch of packets, up to `room` bytes. Returns how many bytes. */
static size_t writeBatch(Rtp* rtp, Pcb* pcb, const uint8_t* frame, size_t room)
{
	uint8_t headers[kBatch][kRtpHeader];
	PcbPiece pieces[2 + 2 * kBatch];
	RtpPiece packet[2];
	size_t count = 0, written = takePieces(rtp->rest, pieces, &count, room);
	bool cut = false;
	for (int i = 0; i < kBatch && written < room && rtpNext(&rtp->packets, frame, headers[i], packet); i++) {
		written += takePieces(packet, pieces, &count, room - written);
		cut = packet[0].length || packet[1].length;
	}
	if (count)
		pcbWritePieces(pcb, pieces, count);
	if (cut) {
		/* Only now, since the pieces may have had the rest of another header. It lasts until there is room. */
		memcpy(rtp->header, packet[0].data, packet[0].length);
		rtp->rest[0] = (RtpPiece){ rtp->header, packet[0].length };
		rtp->rest[1] = packet[1];
		rtp->base = frame;
	}
	return written;
}

/*
	(socket, frame, most). Writes as much of the frame as the TCP socket has room for, and no more than `most` bytes. Returns
	the socket's room, or undefined if the connection or the frame is lost.
*/
void xs_rtp_writeTo(xsMachine* the)
{
	Rtp* rtp = rtpOf(the);
	Pcb* pcb = tcpOutput(the, &xsArg(0));
	const uint8_t* frame = frameOf(the, rtp, 1);
	size_t most = optionNumber(the, 2), room = 0;
	if (!pcb || !frame)
		return;
	if (rtp->rest[1].length && rtp->base != frame) {
		/* The frame has been moved out of the driver's buffer. */
		rtp->rest[1].data = frame + ((const uint8_t*)rtp->rest[1].data - rtp->base);
		rtp->base = frame;
	}
	while (!pcbReset(pcb) && (room = pcbRoom(pcb)) > 0 && most && leftOf(rtp))
		most -= writeBatch(rtp, pcb, frame, room < most ? room : most);
	if (!pcbReset(pcb))
		xsmcSetInteger(xsResult, (xsIntegerValue)room);
}

typedef struct {
	Rtp* rtp;
	const uint8_t* frame;
	size_t most, left;
	RtpPackets before; /* the last packet */
} Burst;

static bool nextOfBurst(void* refcon, PcbPiece pieces[2])
{
	Burst* burst = refcon;
	RtpPiece packet[2];
	burst->before = burst->rtp->packets;
	if (!burst->left || !rtpNext(&burst->rtp->packets, burst->frame, burst->rtp->header, packet))
		return false;
	burst->left--;
	for (int i = 0; i < 2; i++)
		pieces[i] = (PcbPiece){ packet[i].data, packet[i].length };
	return true;
}

/*
	(socket, frame, address, port, count). Sends the frame's next packets by UDP, up to the first for which there is no
	transmit buffer. Returns whether all were sent, or undefined if the frame is lost.
*/
void xs_rtp_sendTo(xsMachine* the)
{
	Rtp* rtp = rtpOf(the);
	uint32_t most = optionNumber(the, 4);
	Burst burst = { .rtp = rtp, .most = most, .left = most };
	uint32_t port = optionNumber(the, 3);
	char address[48];
	UdpPcb* pcb;
	xsmcToStringBuffer(xsArg(2), address, sizeof address);
	pcb = udpOutput(the, &xsArg(0));
	burst.frame = frameOf(the, rtp, 1);
	if (burst.frame) {
		bool sent = udpSendAll(pcb, address, (uint16_t)port, nextOfBurst, &burst);
		if (!sent && burst.left < burst.most)
			rtp->packets = burst.before;
		xsmcSetBoolean(xsResult, sent);
	}
}

/* Bytes of the frame that are not written yet. */
void xs_rtp_get_left(xsMachine* the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)leftOf(rtpOf(the)));
}

/* The sequence number of the next packet. */
void xs_rtp_get_sequence(xsMachine* the)
{
	xsmcSetInteger(xsResult, rtpOf(the)->packets.sequence);
}

/* (seconds, fraction, timestamp, bye). Returns a sender report. */
void xs_rtp_report(xsMachine* the)
{
	const Rtp* rtp = rtpOf(the);
	uint8_t report[kRtcpMost];
	size_t length = rtcpReport(&rtp->packets, report, optionNumber(the, 0), optionNumber(the, 1), optionNumber(the, 2),
		xsmcArgc > 3 && xsmcTest(xsArg(3)));
	xsmcSetArrayBuffer(xsResult, report, (xsIntegerValue)length);
}
