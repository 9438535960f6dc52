/*
	A multipart stream (RFC 2046, 5.1) as it comes in, in pieces of any size. Parts
	are as long as their Content-Length says; without one, up to the next delimiter.
*/
#ifndef MULTIPART_H
#define MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	const uint8_t* data;
	size_t length;
	int64_t timestamp; /* of X-Timestamp, in microseconds; -1 without one */
	int64_t arrival;   /* when its last byte was read */
} Part;

typedef struct Multipart Multipart;
struct Multipart {
	void (*onPart)(Multipart* multipart, const Part* part);
	/* Something else than a delimiter where a part ended: its length was wrong. */
	void (*onMisplaced)(Multipart* multipart);
	char delimiter[80];
	size_t delimiterLength;
	enum { kBetween, kHead, kCounted, kDelimited } state;
	bool began; /* the first delimiter was there */
	bool lost;  /* looking for the next delimiter, after being told that it is not where it belongs */
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
/* The stream may end here: no part has begun. */
bool multipartBetween(const Multipart* multipart);

#endif
