#include "known-frames.h"
#include "load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxFrames = 4096 };

typedef struct {
	uint8_t* data;
	size_t length;
} KnownFrame;

static KnownFrame gFrames[kMaxFrames];
static size_t gCount;

static bool isJpegName(const char* name)
{
	const char* dot = strrchr(name, '.');
	return dot && (!strcasecmp(dot, ".jpg") || !strcasecmp(dot, ".jpeg"));
}

static KnownFrame readFile(const char* path)
{
	KnownFrame frame = { 0 };
	FILE* file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) < 0)
		fail("%s: %m", path);
	frame.length = (size_t)ftell(file);
	rewind(file);
	frame.data = malloc(frame.length);
	if (!frame.data || fread(frame.data, 1, frame.length, file) != frame.length)
		fail("cannot read %s", path);
	fclose(file);
	return frame;
}

void knownFramesRead(const char* folder)
{
	DIR* directory = opendir(folder);
	struct dirent* entry;
	if (!directory)
		fail("%s: %m", folder);
	while ((entry = readdir(directory))) {
		char path[4096];
		if (!isJpegName(entry->d_name))
			continue;
		if (gCount == kMaxFrames)
			fail("%s holds more than %d frames", folder, kMaxFrames);
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		gFrames[gCount++] = readFile(path);
	}
	closedir(directory);
	if (!gCount)
		fail("%s holds no .jpg or .jpeg file", folder);
}

bool isWholeFrame(const uint8_t* data, size_t length)
{
	if (!gCount)
		return length >= 4 && data[0] == 0xff && data[1] == 0xd8 && data[length - 2] == 0xff &&
		       data[length - 1] == 0xd9;
	for (size_t i = 0; i < gCount; i++) {
		if (gFrames[i].length == length && !memcmp(gFrames[i].data, data, length))
			return true;
	}
	return false;
}
