/*
	Parses a multipart stream (RFC 2046, 5.1) that arrives in pieces of any size. A
	part has the length of its Content-Length; without one, it ends at the next
	delimiter.
*/
#ifndef MULTIPART_H
#define MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	const uint8_t* data;
	size_t length;
	int64_t timestamp; /* X-Timestamp in microseconds, or -1 without one */
	int64_t arrival;   /* when its last byte was read */
} Part;

typedef struct Multipart Multipart;
struct Multipart {
	void (*onPart)(Multipart* multipart, const Part* part);
	/* Called if there is no delimiter at the end of a part: its length was wrong. */
	void (*onMisplaced)(Multipart* multipart);
	char delimiter[80];
	size_t delimiterLength;
	enum { kBetween, kHead, kCounted, kDelimited } state;
	bool began; /* the first delimiter has arrived */
	bool lost;  /* looking for the next delimiter, after it was not at its place */
	char line[512];
	size_t lineLength;
	bool lineTooLong;
	int64_t contentLength, timestamp;
	uint8_t* content;
	size_t length, capacity;
	int64_t lastPiece;
};

void multipartOpen(Multipart* multipart, const char* boundary);
void multipartFeed(Multipart* multipart, const uint8_t* data, size_t length, int64_t time);
/* Reports whether the stream may end here, since no part has begun. */
bool multipartBetween(const Multipart* multipart);

#endif
