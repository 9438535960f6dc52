/*
	The last lines of the log, each with the seconds since the start, in memory of a
	fixed size outside of the script's heap. One file for the board and for the
	simulator.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_heap_caps.h"
#include "esp_timer.h"

#include <stdio.h>

enum {
	kSize = 4096,
	/* Of one line, which may be a stack of several. A longer one is cut. */
	kMostOfLine = 1024,
	kMostOfTime = 24,
};

static char* gTail;
static size_t gLength;

/* Forgets the oldest lines, as many as make room. */
static void makeRoom(size_t length)
{
	size_t begin = gLength + length > kSize ? gLength + length - kSize : 0;
	if (begin == 0)
		return;
	while (begin < gLength && gTail[begin - 1] != '\n')
		begin++;
	gLength -= begin;
	c_memmove(gTail, gTail + begin, gLength);
}

static void append(const char* text, size_t length)
{
	c_memcpy(gTail + gLength, text, length);
	gLength += length;
}

void xs_log_tail_append(xsMachine* the)
{
	const char* line = xsmcToString(xsArg(0));
	size_t length = c_strlen(line);
	char time[kMostOfTime];
	uint64_t now = (uint64_t)esp_timer_get_time() / 1000;
	int timeLength = snprintf(time, sizeof(time), "%lu.%03u ", (unsigned long)(now / 1000), (unsigned)(now % 1000));

	if (!gTail)
		gTail = heap_caps_malloc(kSize, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!gTail)
		return;
	if (length > kMostOfLine) {
		length = kMostOfLine;
		while (((uint8_t)line[length] & 0xC0) == 0x80) /* not within a character */
			length--;
	}
	makeRoom((size_t)timeLength + length + 1);
	append(time, (size_t)timeLength);
	append(line, length);
	append("\n", 1);
}

void xs_log_tail_read(xsMachine* the)
{
	xsmcSetArrayBuffer(xsResult, gTail, (xsIntegerValue)gLength);
}
