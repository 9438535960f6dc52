#include "multipart.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxPart = 16 * 1024 * 1024 };

void multipartOpen(Multipart* multipart, const char* boundary)
{
	/* Many servers include the delimiter's dashes in the boundary. */
	const char* dashes = strncmp(boundary, "--", 2) ? "--" : "";
	multipart->delimiterLength =
		(size_t)snprintf(multipart->delimiter, sizeof multipart->delimiter, "\r\n%s%s", dashes, boundary);
	if (multipart->delimiterLength >= sizeof multipart->delimiter)
		fail("the boundary has more than 70 characters (RFC 2046, 5.1.1)");
}

bool multipartBetween(const Multipart* multipart)
{
	return multipart->state == kBetween;
}

static void append(Multipart* multipart, const uint8_t* data, size_t length)
{
	size_t needed = multipart->length + length;
	if (needed > multipart->capacity) {
		multipart->capacity = needed * 2;
		multipart->content = realloc(multipart->content, multipart->capacity);
		if (!multipart->content)
			fail("no memory");
	}
	memcpy(multipart->content + multipart->length, data, length);
	multipart->length = needed;
}

static void endPart(Multipart* multipart, size_t length, int64_t arrival)
{
	Part part = { multipart->content, length, multipart->timestamp, arrival };
	multipart->state = kBetween;
	multipart->lost = false;
	multipart->onPart(multipart, &part);
}

static void beginHead(Multipart* multipart)
{
	multipart->state = kHead;
	multipart->began = true;
	multipart->contentLength = multipart->timestamp = -1;
}

static void field(Multipart* multipart, char* line)
{
	char* colon = strchr(line, ':');
	if (!colon)
		return;
	*colon = 0;
	if (!strcasecmp(line, "Content-Length"))
		multipart->contentLength = strtoll(colon + 1, NULL, 10);
	else if (!strcasecmp(line, "X-Timestamp"))
		multipart->timestamp = (int64_t)(strtod(colon + 1, NULL) * 1e6 + 0.5);
}

static void endHead(Multipart* multipart, int64_t time)
{
	multipart->length = 0;
	multipart->state = multipart->contentLength < 0 ? kDelimited : kCounted;
	if (multipart->contentLength > kMaxPart) {
		multipart->onMisplaced(multipart);
		multipart->lost = true;
		multipart->state = kBetween;
	}
	else if (multipart->contentLength == 0)
		endPart(multipart, 0, time);
}

/* Handles a line, without its end of line. */
static void line(Multipart* multipart, int64_t time)
{
	if (multipart->state == kHead) {
		if (multipart->lineLength)
			field(multipart, multipart->line);
		else
			endHead(multipart, time);
	}
	else if (!multipart->lineTooLong && !strcmp(multipart->line, multipart->delimiter + 2))
		beginHead(multipart);
	/* Skips the line end before the delimiter, and the text before the first delimiter. */
	else if ((multipart->lineLength || multipart->lineTooLong) && multipart->began && !multipart->lost) {
		multipart->lost = true;
		multipart->onMisplaced(multipart);
	}
}

static size_t feedLine(Multipart* multipart, const uint8_t* data, size_t length, int64_t time)
{
	const uint8_t* end = memchr(data, '\n', length);
	size_t count = end ? (size_t)(end - data) : length;
	size_t room = sizeof multipart->line - 1 - multipart->lineLength;
	size_t kept = count < room ? count : room;
	memcpy(multipart->line + multipart->lineLength, data, kept);
	multipart->lineLength += kept;
	multipart->lineTooLong |= kept < count;
	if (!end)
		return length;
	if (multipart->lineLength && multipart->line[multipart->lineLength - 1] == '\r')
		multipart->lineLength--;
	multipart->line[multipart->lineLength] = 0;
	line(multipart, time);
	multipart->lineLength = 0;
	multipart->lineTooLong = false;
	return count + 1;
}

static size_t feedCounted(Multipart* multipart, const uint8_t* data, size_t length, int64_t time)
{
	size_t missing = (size_t)multipart->contentLength - multipart->length;
	size_t count = length < missing ? length : missing;
	append(multipart, data, count);
	if (count == missing)
		endPart(multipart, multipart->length, time);
	return count;
}

static size_t feedDelimited(Multipart* multipart, const uint8_t* data, size_t length, int64_t time)
{
	size_t before = multipart->length;
	size_t from = before < multipart->delimiterLength ? 0 : before - multipart->delimiterLength;
	append(multipart, data, length);
	uint8_t* found =
		memmem(multipart->content + from, multipart->length - from, multipart->delimiter, multipart->delimiterLength);
	if (!found) {
		if (multipart->length > kMaxPart)
			fail("a part without Content-Length, and no delimiter in %d bytes", kMaxPart);
		multipart->lastPiece = time;
		return length;
	}
	size_t end = (size_t)(found - multipart->content);
	endPart(multipart, end, end <= before && before ? multipart->lastPiece : time);
	/* The delimiter is read as a line, which has to include its bytes from earlier pieces. */
	if (end >= before)
		return end - before;
	multipart->lineLength = 0;
	for (size_t i = end + 2; i < before; i++)
		multipart->line[multipart->lineLength++] = (char)multipart->content[i];
	return end + 1 == before ? 1 : 0;
}

void multipartFeed(Multipart* multipart, const uint8_t* data, size_t length, int64_t time)
{
	while (length) {
		size_t taken;
		if (multipart->state == kCounted)
			taken = feedCounted(multipart, data, length, time);
		else if (multipart->state == kDelimited)
			taken = feedDelimited(multipart, data, length, time);
		else
			taken = feedLine(multipart, data, length, time);
		data += taken;
		length -= taken;
	}
}
