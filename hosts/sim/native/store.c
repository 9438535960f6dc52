/*
	Storage that survives a restart: one text in a file, as the board keeps it in flash.
	Without --settings there is no file, and writes are discarded.
*/
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { kMost = 4000 }; /* bytes: the longest string that NVS takes (nvs.h, nvs_set_str) */

void xs_sim_store_read(xsMachine* the)
{
	char text[kMost + 1];
	FILE* file = gOptions.settings ? fopen(gOptions.settings, "r") : NULL;
	size_t length;
	if (!file) {
		if (gOptions.settings && errno != ENOENT)
			xsUnknownError("%s: %s", gOptions.settings, strerror(errno));
		return;
	}
	length = fread(text, 1, kMost, file);
	fclose(file);
	text[length] = 0;
	xsmcSetString(xsResult, text);
}

void xs_sim_store_write(xsMachine* the)
{
	char path[4096];
	char* text = xsmcToString(xsArg(0));
	FILE* file;
	if (strlen(text) > kMost)
		xsRangeError("the settings are longer than the board can store");
	if (!gOptions.settings)
		return;
	/* Replaced in one step: if the process ends in the middle, the old file stays. */
	snprintf(path, sizeof path, "%s.new", gOptions.settings);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) || rename(path, gOptions.settings))
		xsUnknownError("%s: %s", path, strerror(errno));
}

void xs_sim_store_clear(xsMachine* the)
{
	if (gOptions.settings && unlink(gOptions.settings) && errno != ENOENT)
		xsUnknownError("%s: %s", gOptions.settings, strerror(errno));
}
