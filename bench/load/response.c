#include "response.h"

#include <stdlib.h>
#include <string.h>

static void copyField(char* to, size_t size, const char* from)
{
	from += strspn(from, " \t");
	size_t length = strcspn(from, "\r\n");
	if (length >= size)
		length = size - 1;
	memcpy(to, from, length);
	to[length] = 0;
}

static void readHead(Response* response)
{
	const char* line = response->head;
	response->contentLength = -1;
	if (!strncmp(line, "HTTP/1.", 7) && strlen(line) > 9)
		response->status = atoi(line + 9);
	while ((line = strstr(line, "\r\n")) && line[2] != '\r') {
		line += 2;
		if (!strncasecmp(line, "Content-Length:", 15))
			response->contentLength = strtoll(line + 15, NULL, 10);
		else if (!strncasecmp(line, "Content-Type:", 13))
			copyField(response->contentType, sizeof response->contentType, line + 13);
		else if (!strncasecmp(line, "Transfer-Encoding:", 18)) {
			char coding[32];
			copyField(coding, sizeof coding, line + 18);
			response->chunked = !strcasecmp(coding, "chunked");
		}
	}
}

static size_t feedHead(Response* response, const uint8_t* data, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (response->headLength == sizeof response->head - 1) {
			response->broken = true;
			return length;
		}
		response->head[response->headLength++] = (char)data[i];
		if (response->headLength >= 4 && !memcmp(response->head + response->headLength - 4, "\r\n\r\n", 4)) {
			response->headDone = true;
			readHead(response);
			response->onHead(response);
			return i + 1;
		}
	}
	return length;
}

static void content(Response* response, const uint8_t* data, size_t length, int64_t time)
{
	response->received += (int64_t)length;
	response->onContent(response, data, length, time);
}

static int digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Parses one byte outside the chunks' data. */
static void feedChunkByte(Response* response, uint8_t byte)
{
	switch (response->chunk) {
	case kChunkSize:
		if (digit(byte) >= 0) {
			response->chunkLeft = response->chunkLeft * 16 + (uint64_t)digit(byte);
			break;
		}
		response->chunk = kChunkExtension;
		/* falls through */
	case kChunkExtension:
		if (byte == '\n') {
			response->chunk = response->chunkLeft ? kChunkData : kTrailer;
			response->lineEmpty = true;
		}
		break;
	case kChunkEnd:
		if (byte == '\n')
			response->chunk = kChunkSize;
		else if (byte != '\r')
			response->broken = true;
		break;
	case kTrailer:
		if (byte == '\n') {
			response->ended |= response->lineEmpty;
			response->lineEmpty = true;
		}
		else if (byte != '\r')
			response->lineEmpty = false;
		break;
	case kChunkData: break;
	}
}

static size_t feedChunk(Response* response, const uint8_t* data, size_t length, int64_t time)
{
	if (response->chunk != kChunkData) {
		feedChunkByte(response, *data);
		return 1;
	}
	size_t count = length < response->chunkLeft ? length : (size_t)response->chunkLeft;
	content(response, data, count, time);
	response->chunkLeft -= count;
	if (!response->chunkLeft)
		response->chunk = kChunkEnd;
	return count;
}

void responseFeed(Response* response, const uint8_t* data, size_t length, int64_t time)
{
	while (length && !response->broken && !response->ended) {
		size_t taken = length;
		if (!response->headDone)
			taken = feedHead(response, data, length);
		else if (response->chunked)
			taken = feedChunk(response, data, length, time);
		else
			content(response, data, length, time);
		data += taken;
		length -= taken;
	}
}

bool responseComplete(const Response* response)
{
	return response->ended || (response->headDone && !response->chunked && response->contentLength >= 0 &&
								  response->received >= response->contentLength);
}
