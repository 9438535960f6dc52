/* An HTTP response as it comes in (RFC 9112): its head, then its content, out of chunks where it comes in those. */
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
	int status; /* 0 until the head is there */
	char contentType[256];
	int64_t contentLength; /* -1: none is given */
	int64_t received;      /* of the content */
	bool chunked, ended, broken;
	/* Of the chunk that is being read */
	enum { kChunkSize, kChunkExtension, kChunkData, kChunkEnd, kTrailer } chunk;
	uint64_t chunkLeft;
	bool lineEmpty;
};

void responseFeed(Response* response, const uint8_t* data, size_t length, int64_t time);
/* All of it is there, as far as it says itself how much it is. */
bool responseComplete(const Response* response);

#endif
