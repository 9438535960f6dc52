/* Reads, and simplifies, the header of a JPEG: see jpeg-header.h. */
#include "jpeg-header.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
	/* Markers (table B.1). */
	kSOF0 = 0xC0,
	kSOF1 = 0xC1,
	kDHT = 0xC4,
	kSOI = 0xD8,
	kEOI = 0xD9,
	kSOS = 0xDA,
	kDQT = 0xDB,
	kAPP0 = 0xE0,
	kAPP14 = 0xEE,
};

/* What the segments have said so far. */
typedef struct {
	JpegHeader* header;
	uint8_t* frame; /* the content of SOF */
	uint8_t tables; /* bit n: DC table n; bit n + 4: AC table n */
	uint8_t steps;  /* bit n: quantization table n */
	bool isJfif, isAdobe, transforms;
} Reader;

static bool refuse(const Reader* reader, const char* reason)
{
	snprintf(reader->header->reason, sizeof reader->header->reason, "%s", reason);
	return false;
}

static bool refuseCut(const Reader* reader)
{
	return refuse(reader, "it is not a complete JPEG");
}

static bool refuseDamaged(const Reader* reader)
{
	return refuse(reader, "it is damaged");
}

static uint32_t get16(const uint8_t* p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

const char* jpegProcess(uint8_t marker)
{
	switch (marker) {
	case 0xC2: return "it is progressive";
	case 0xC3: return "it is lossless";
	case 0xC5:
	case 0xC6:
	case 0xC7:
	case 0xDE: return "it is hierarchical";
	case 0xC9: return "its coding is arithmetic";
	case 0xCA: return "it is progressive, with arithmetic coding";
	case 0xCB: return "it is lossless, with arithmetic coding";
	case 0xCD:
	case 0xCE:
	case 0xCF: return "it is hierarchical, with arithmetic coding";
	case 0xF7: return "it is JPEG-LS";
	}
	return NULL;
}

static bool readSteps(Reader* reader, const uint8_t* p, uint32_t length)
{
	for (; length; p += 65, length -= 65) {
		if (p[0] >> 4)
			return refuse(reader, "its quantization tables have 16 bits, and the decoder knows 8");
		if (length < 65 || p[0] > 3)
			return refuseDamaged(reader);
		reader->steps |= (uint8_t)(1 << p[0]);
	}
	return true;
}

static bool readTables(Reader* reader, const uint8_t* p, uint32_t length)
{
	while (length) {
		uint32_t count = 17;
		uint8_t type = p[0] >> 4, number = p[0] & 15;
		if (length < count || type > 1 || number > 3)
			return refuseDamaged(reader);
		/* Extended sequential JPEG may have four. */
		if (number > 1)
			return refuse(reader, "it has more than two pairs of Huffman tables, and the decoder knows two");
		for (int i = 1; i <= 16; i++)
			count += p[i];
		if (length < count)
			return refuseDamaged(reader);
		reader->tables |= (uint8_t)(1 << (number + 4 * type));
		p += count;
		length -= count;
	}
	return true;
}

/*
	The decoder takes three components for YCbCr. Without JFIF's segment, Adobe's says whether
	they are (Technical Note 5116, 18), or their names do, as other decoders read them.
*/
static bool isRgb(const Reader* reader, const uint8_t* frame)
{
	if (reader->isJfif)
		return false;
	if (reader->isAdobe)
		return !reader->transforms;
	return frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B';
}

/*
	The sampling factors that tjpgd knows. Others of the same ratio give the same picture, but
	an MCU has other blocks in another order then (A.2.3), so they cannot be reduced.
*/
static bool knowsSampling(const uint8_t* frame)
{
	uint8_t luma = frame[7];
	return (luma == 0x11 || luma == 0x21 || luma == 0x22) && frame[10] == 0x11 && frame[13] == 0x11;
}

static bool readSampling(const Reader* reader, uint8_t* frame)
{
	if (frame[5] == 1)
		frame[7] = 0x11;
	else if (!knowsSampling(frame)) {
		snprintf(reader->header->reason, sizeof reader->header->reason,
			"its components have the sampling factors %ux%u, %ux%u and %ux%u, and the decoder knows only 1x1, 2x1 or "
			"2x2 for the first and 1x1 for the others",
			frame[7] >> 4, frame[7] & 15, frame[10] >> 4, frame[10] & 15, frame[13] >> 4, frame[13] & 15);
		return false;
	}
	return true;
}

static bool readFrame(Reader* reader, uint8_t* frame, uint32_t length)
{
	uint8_t components;
	if (reader->frame || length < 6)
		return refuseDamaged(reader);
	components = frame[5];
	if (frame[0] != 8) {
		snprintf(reader->header->reason, sizeof reader->header->reason,
			"its samples have %u bits, and the decoder knows 8", frame[0]);
		return false;
	}
	if (components != 1 && components != 3)
		return refuse(reader, "it has neither one nor three color components");
	if (length != 6 + 3u * components)
		return refuseDamaged(reader);
	reader->header->height = (uint16_t)get16(frame + 1);
	reader->header->width = (uint16_t)get16(frame + 3);
	if (!reader->header->width)
		return refuseDamaged(reader);
	if (!reader->header->height)
		return refuse(reader, "its height comes after the pixels (DNL), where the decoder does not look for it");
	if (components == 3 && isRgb(reader, frame))
		return refuse(reader, "its colors are red, green and blue, and the decoder knows YCbCr only");
	reader->frame = frame;
	return readSampling(reader, frame);
}

/* The decoder takes the first tables for the first component, and the second ones for the others. */
static bool readScan(const Reader* reader, const uint8_t* p, uint32_t length)
{
	const uint8_t* frame = reader->frame;
	if (!frame || length < 1)
		return refuseDamaged(reader);
	if (p[0] != frame[5])
		return refuse(reader, "its color components come one after the other, and the decoder knows a single scan");
	if (length != 4 + 2u * p[0])
		return refuseDamaged(reader);
	for (int i = 0; i < p[0]; i++) {
		uint8_t number = frame[8 + 3 * i], both = i == 0 ? 0x11 : 0x22;
		if (p[1 + 2 * i] != frame[6 + 3 * i])
			return refuse(reader, "its components are in another order than the decoder expects");
		if (number > 3 || !(reader->steps & 1 << number))
			return refuse(reader, "it lacks a quantization table");
		if (p[2 + 2 * i] != (i == 0 ? 0x00 : 0x11))
			return refuse(reader, "its components use other Huffman tables than the decoder expects");
		if ((reader->tables & both) != both)
			return refuse(reader, "it lacks a Huffman table");
	}
	return true;
}

static bool readSegment(Reader* reader, uint8_t* segment, uint32_t length)
{
	uint8_t marker = segment[1], *content = segment + 4;
	const char* process = jpegProcess(marker);
	if (process) {
		snprintf(reader->header->reason, sizeof reader->header->reason, "%s, and the decoder knows baseline JPEG only",
			process);
		return false;
	}
	switch (marker) {
	case kSOF1: segment[1] = kSOF0; return readFrame(reader, content, length);
	case kSOF0: return readFrame(reader, content, length);
	case kDQT: return readSteps(reader, content, length);
	case kDHT: return readTables(reader, content, length);
	case kAPP0:
		if (length >= 5 && !memcmp(content, "JFIF", 5))
			reader->isJfif = true;
		break;
	case kAPP14:
		if (length >= 12 && !memcmp(content, "Adobe", 5)) {
			reader->isAdobe = true;
			reader->transforms = content[11] != 0;
		}
		break;
	}
	return true;
}

/* Removes bytes of the JPEG. */
static void removeBytes(JpegHeader* header, uint8_t* at, uint32_t count, const uint8_t* jpeg)
{
	header->length -= count;
	memmove(at, at + count, header->length - (uint32_t)(at - jpeg));
}

bool jpegPrepare(JpegHeader* header, uint8_t* jpeg, uint32_t length)
{
	Reader reader = { .header = header };
	uint32_t at = 2;
	header->length = length;
	header->width = header->height = 0;
	if (length < 4 || jpeg[0] != 0xFF || jpeg[1] != kSOI)
		return refuse(&reader, "it is not a JPEG");
	for (;;) {
		uint8_t* segment = jpeg + at;
		uint32_t left = header->length - at, fill = 0, size;
		while (fill + 1 < left && segment[fill] == 0xFF && segment[fill + 1] == 0xFF)
			fill++;
		if (fill) {
			removeBytes(header, segment, fill, jpeg);
			continue;
		}
		if (left < 4)
			return refuseCut(&reader);
		size = get16(segment + 2);
		if (segment[0] != 0xFF || size < 2)
			return refuseDamaged(&reader);
		if (segment[1] == kEOI || left - 2 < size)
			return refuseCut(&reader);
		if (segment[1] == kSOS)
			return readScan(&reader, segment + 4, size - 2);
		if (size == 2) {
			removeBytes(header, segment, 4, jpeg);
			continue;
		}
		if (!readSegment(&reader, segment, size - 2))
			return false;
		at += 2 + size;
	}
}
