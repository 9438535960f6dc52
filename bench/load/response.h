/* Parses an HTTP response as it arrives (RFC 9112): its head, then its content, also if it comes in chunks. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Response Response;
struct Response {
	void (*onHead)(Response* response);
	void (*onContent)(Response* response, const uint8_t* data, size_t length, int64_t time);
	char head[8192];
	size_t headLength;
	bool headDone;
	int status; /* 0 until the head has arrived */
	char contentType[256];
	int64_t contentLength; /* -1 without one */
	int64_t received;      /* of the content */
	bool chunked, ended, broken;
	/* The state of the current chunk */
	enum { kChunkSize, kChunkExtension, kChunkData, kChunkEnd, kTrailer } chunk;
	uint64_t chunkLeft;
	bool lineEmpty;
};

void responseFeed(Response* response, const uint8_t* data, size_t length, int64_t time);
/* Reports whether all of the response has arrived, if its length is stated. */
bool responseComplete(const Response* response);

#endif
