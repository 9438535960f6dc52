/* Reads JPEG headers, and writes RTP packets: see rtp-jpeg.h. */
#include "rtp-jpeg.h"
#include "jpeg-header.h"

#include <string.h>

enum {
	/* Markers (T.81, table B.1). */
	kSOF0 = 0xc0,
	kSOF1 = 0xc1,
	kDHT = 0xc4,
	kRST0 = 0xd0,
	kSOI = 0xd8,
	kEOI = 0xd9,
	kSOS = 0xda,
	kDQT = 0xdb,
	kDRI = 0xdd,
	kTEM = 0x01,

	kMostSide = 2040, /* 3.1.5 */
	kPayloadType = 26,
	kTablesInBand = 255, /* Q: each frame may have other tables (4.2) */
	kRestartCount = 0xffff /* F and L are set, and the count is 0x3fff: a packet begins anywhere (3.1.7) */,
};

/* Annex K's Huffman tables as they are in a DHT segment: counts and symbols. Receivers know no others. */
static const uint8_t kLumaDc[] = { 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	11 };
static const uint8_t kChromaDc[] = { 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	11 };
/* clang-format off */
static const uint8_t kLumaAc[] = {
	0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125,
	0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
	0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
	0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28,
	0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
	0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
	0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
	0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
	0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
	0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
	0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
	0xf9, 0xfa,
};
static const uint8_t kChromaAc[] = {
	0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119,
	0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
	0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0,
	0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26,
	0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
	0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
	0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
	0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5,
	0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
	0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
	0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
	0xf9, 0xfa,
};
/* clang-format on */

enum { kLumaTables, kChromaTables, kOtherTable };

/* What a header has said so far. */
typedef struct {
	const uint8_t* steps[4]; /* quantization tables by their numbers */
	uint8_t dc[4], ac[4];    /* Huffman tables by their numbers: kLumaTables, … */
	bool hasDc[4], hasAc[4];
	const uint8_t* frame; /* the content of SOF */
	uint16_t restart;
} Header;

static const char kBroken[] = "its header is broken";
static const char kHuffman[] = "its Huffman tables are not those of JPEG's Annex K";

static uint16_t get16(const uint8_t* p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static const char* readQuantization(Header* header, const uint8_t* p, size_t length)
{
	while (length) {
		if (p[0] >> 4)
			return "its quantization tables have 16 bits";
		if (length < 65 || p[0] > 3)
			return kBroken;
		header->steps[p[0]] = p + 1;
		p += 65;
		length -= 65;
	}
	return NULL;
}

static uint8_t tableOf(const uint8_t* p, size_t length, bool isAc)
{
	size_t lumaLength = isAc ? sizeof kLumaAc : sizeof kLumaDc;
	size_t chromaLength = isAc ? sizeof kChromaAc : sizeof kChromaDc;
	if (length == lumaLength && !memcmp(p, isAc ? kLumaAc : kLumaDc, length))
		return kLumaTables;
	if (length == chromaLength && !memcmp(p, isAc ? kChromaAc : kChromaDc, length))
		return kChromaTables;
	return kOtherTable;
}

static const char* readHuffman(Header* header, const uint8_t* p, size_t length)
{
	while (length) {
		size_t count = 16;
		uint8_t which = p[0];
		if (length < 17 || which >> 4 > 1 || (which & 15) > 3)
			return kBroken;
		for (int i = 1; i <= 16; i++)
			count += p[i];
		if (length < 1 + count)
			return kBroken;
		if (which >> 4) {
			header->ac[which & 3] = tableOf(p + 1, count, true);
			header->hasAc[which & 3] = true;
		}
		else {
			header->dc[which & 3] = tableOf(p + 1, count, false);
			header->hasDc[which & 3] = true;
		}
		p += 1 + count;
		length -= 1 + count;
	}
	return NULL;
}

static const char* readFrame(Header* header, const uint8_t* p, size_t length)
{
	if (header->frame || length < 6 || length != 6 + 3u * p[5])
		return kBroken;
	if (p[0] != 8)
		return "its samples do not have 8 bits";
	if (p[5] == 1)
		return "it is gray";
	if (p[5] != 3)
		return "it does not have three components";
	header->frame = p;
	return NULL;
}

static const char* readSegment(Header* header, uint8_t marker, const uint8_t* p, size_t length)
{
	switch (marker) {
	case kDQT: return readQuantization(header, p, length);
	case kDHT: return readHuffman(header, p, length);
	/* Receivers write SOF0. SOF1 of 8 bits with Annex K's tables differs in the marker only. */
	case kSOF0:
	case kSOF1: return readFrame(header, p, length);
	case kDRI:
		if (length != 2)
			return kBroken;
		header->restart = get16(p);
		return NULL;
	}
	return jpegProcess(marker);
}

/* The sampling factors of the components, which become the type. */
static const char* readSampling(RtpJpegFormat* format, const uint8_t* components)
{
	uint8_t luma = components[1];
	if (components[4] != 0x11 || components[7] != 0x11 || (luma != 0x21 && luma != 0x22))
		return luma == 0x11 && components[4] == 0x11 && components[7] == 0x11
		           ? "its colors are not subsampled (4:4:4)"
		           : "its colors are neither 4:2:2 nor 4:2:0";
	format->type = luma == 0x21 ? 0 : 1;
	return NULL;
}

static const char* readTables(RtpJpegFormat* format, const Header* header)
{
	const uint8_t* components = header->frame + 6;
	const uint8_t* steps[3];
	for (int i = 0; i < 3; i++) {
		uint8_t number = components[3 * i + 2];
		steps[i] = number < 4 ? header->steps[number] : NULL;
		if (!steps[i])
			return kBroken;
	}
	if (memcmp(steps[1], steps[2], 64))
		return "it has three quantization tables";
	memcpy(format->tables, steps[0], 64);
	memcpy(format->tables + 64, steps[1], 64);
	return NULL;
}

static const char* readScan(const Header* header, const uint8_t* p, size_t length)
{
	const uint8_t* components = header->frame + 6;
	if (length != 10 || p[0] != 3 || p[7] != 0 || p[8] != 63 || p[9] != 0)
		return "it has several scans";
	for (int i = 0; i < 3; i++) {
		uint8_t selected = p[2 + 2 * i], dc = selected >> 4, ac = selected & 15;
		uint8_t wanted = i == 0 ? kLumaTables : kChromaTables;
		if (p[1 + 2 * i] != components[3 * i])
			return "its components are in another order";
		if (dc > 3 || ac > 3)
			return kBroken;
		if (!header->hasDc[dc] || !header->hasAc[ac])
			return "it has no Huffman tables";
		if (header->dc[dc] != wanted || header->ac[ac] != wanted)
			return kHuffman;
	}
	return NULL;
}

static const char* interpret(RtpJpegFormat* format, const Header* header, const uint8_t* p, size_t length)
{
	const char* reason;
	if (!header->frame)
		return kBroken;
	format->pixelHeight = get16(header->frame + 1);
	format->pixelWidth = get16(header->frame + 3);
	if (!format->pixelWidth || !format->pixelHeight)
		return kBroken;
	if (format->pixelWidth > kMostSide || format->pixelHeight > kMostSide)
		return "it has more than 2,040 pixels in a line or a column";
	format->width = (uint8_t)((format->pixelWidth + 7) / 8);
	format->height = (uint8_t)((format->pixelHeight + 7) / 8);
	reason = readSampling(format, header->frame + 6);
	if (!reason)
		reason = readTables(format, header);
	if (!reason)
		reason = readScan(header, p, length);
	format->restart = header->restart;
	if (format->restart)
		format->type |= 64;
	return reason;
}

static const char* readHeader(RtpJpegFormat* format, const uint8_t* data, size_t length)
{
	Header header = { 0 };
	size_t at = 2;
	if (length < 2 || data[0] != 0xff || data[1] != kSOI)
		return "it is not a JPEG";
	for (;;) {
		const char* reason;
		uint8_t marker;
		size_t size;
		if (length - at < 4 || data[at] != 0xff)
			return kBroken;
		marker = data[at + 1];
		/* Fill bytes (B.1.1.2). */
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (marker == 0 || marker == kTEM || (marker >= kRST0 && marker <= kEOI))
			return kBroken;
		size = get16(data + at + 2);
		if (size < 2 || size > length - at - 2)
			return kBroken;
		if (marker == kSOS) {
			reason = interpret(format, &header, data + at + 4, size - 2);
			format->scan = (uint32_t)(at + 2 + size);
			if (!reason && format->scan == length)
				return kBroken;
			return reason;
		}
		reason = readSegment(&header, marker, data + at + 4, size - 2);
		if (reason)
			return reason;
		at += 2 + size;
	}
}

const char* rtpJpegRead(RtpJpeg* jpeg, const uint8_t* data, size_t length)
{
	const char* reason;
	if (jpeg->kept && jpeg->kept < length && !memcmp(data, jpeg->header, jpeg->kept))
		return NULL;
	jpeg->kept = 0;
	/* Offsets have 24 bits (3.1.2). */
	if (length > 0xffffff)
		return "it is too long";
	memset(&jpeg->format, 0, sizeof jpeg->format);
	reason = readHeader(&jpeg->format, data, length);
	if (!reason && jpeg->format.scan <= kRtpJpegKept) {
		jpeg->kept = jpeg->format.scan;
		memcpy(jpeg->header, data, jpeg->kept);
	}
	return reason;
}

/* Packets */

static uint8_t* put8(uint8_t* p, uint32_t value)
{
	*p = (uint8_t)value;
	return p + 1;
}

static uint8_t* put16(uint8_t* p, uint32_t value)
{
	return put8(put8(p, value >> 8), value);
}

static uint8_t* put32(uint8_t* p, uint32_t value)
{
	return put16(put16(p, value >> 16), value);
}

void rtpBegin(RtpPackets* packets, const RtpJpegFormat* format, uint32_t length, uint32_t timestamp)
{
	packets->format = *format;
	packets->length = length;
	packets->offset = format->scan;
	packets->timestamp = timestamp;
}

uint32_t rtpLeft(const RtpPackets* packets)
{
	return packets->length - packets->offset;
}

bool rtpNext(RtpPackets* packets, const uint8_t* data, uint8_t header[kRtpHeader], RtpPiece pieces[2])
{
	const RtpJpegFormat* format = &packets->format;
	bool framed = packets->channel >= 0;
	uint8_t* rtp = framed ? header + kRtpFraming : header;
	uint32_t left = rtpLeft(packets), fragment = packets->offset - format->scan, count;
	uint8_t* p;
	size_t size;
	if (!left)
		return false;
	p = put8(rtp, 0x80); /* version 2 */
	p += 1;
	p = put16(p, packets->sequence);
	p = put32(p, packets->timestamp);
	p = put32(p, packets->ssrc);
	p = put32(p, fragment); /* type-specific 0, and 24 bits (3.1.1, 3.1.2) */
	p = put8(p, format->type);
	p = put8(p, kTablesInBand);
	p = put8(p, format->width);
	p = put8(p, format->height);
	if (format->restart)
		p = put16(put16(p, format->restart), kRestartCount);
	if (!fragment) {
		p = put16(put16(p, 0), sizeof format->tables); /* 8 bits each (3.1.8) */
		memcpy(p, format->tables, sizeof format->tables);
		p += sizeof format->tables;
	}
	size = (size_t)(p - rtp);
	count = left < kRtpMost - size ? left : (uint32_t)(kRtpMost - size);
	rtp[1] = (uint8_t)(kPayloadType | (count == left ? 0x80 : 0));
	if (framed)
		put16(put8(put8(header, '$'), (uint32_t)packets->channel), (uint32_t)(size + count));
	pieces[0] = (RtpPiece){ header, (framed ? kRtpFraming : 0) + size };
	pieces[1] = (RtpPiece){ data + packets->offset, count };
	packets->offset += count;
	packets->sequence++;
	packets->packets++;
	packets->octets += (uint32_t)(size - 12 + count);
	return true;
}

/* Reports */

static const char kName[] = "yieldcam";

static uint8_t* putHead(uint8_t* p, uint32_t count, uint32_t type, uint32_t words)
{
	return put16(put8(put8(p, 0x80 | count), type), words);
}

size_t rtcpReport(const RtpPackets* packets, uint8_t report[kRtcpMost], uint32_t seconds, uint32_t fraction,
	uint32_t timestamp, bool bye)
{
	enum { kSenderReport = 200, kDescription = 202, kGoodbye = 203, kCanonicalName = 1 };
	bool framed = packets->channel >= 0;
	uint8_t* begin = framed ? report + kRtpFraming : report;
	uint8_t* p = putHead(begin, 0, kSenderReport, 6);
	p = put32(p, packets->ssrc);
	p = put32(put32(p, seconds), fraction);
	p = put32(p, timestamp);
	p = put32(put32(p, packets->packets), packets->octets);
	/* One chunk: the name and, up to the next word, at least one zero. */
	p = putHead(p, 1, kDescription, 1 + 3);
	p = put32(p, packets->ssrc);
	p = put8(put8(p, kCanonicalName), sizeof kName - 1);
	memcpy(p, kName, sizeof kName - 1);
	p += sizeof kName - 1;
	p = put16(p, 0);
	if (bye)
		p = put32(putHead(p, 1, kGoodbye, 1), packets->ssrc);
	if (framed)
		put16(put8(put8(report, '$'), (uint32_t)packets->channel + 1), (uint32_t)(p - begin));
	return (size_t)(p - report);
}
