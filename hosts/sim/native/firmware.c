/*
	What the simulator has of the board around updates: restarts, the record of the last
	update in a file beside the flash, and what the image in the slot does. The program
	is always the same, so a segment of the image, at an address that no chip has, says
	what a faulty one would do: see docs/simulator.md.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "host.h"
#include "flash.h"
#include "esp_app_format.h"
#include "esp_ota_ops.h"
#include "esp_system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kBehavior = 0x00C0FFEE, kMostOfBehavior = 32, kMostOfRecord = 256 };

static void recordPath(char path[4096], const char* ending)
{
	if (snprintf(path, 4096, "%s.record%s", gOptions.flash, ending) >= 4096)
		hostFail("--flash: the path is too long");
}

/* Whether there is a flash, so that the firmware can be updated. */
void xs_sim_firmware_present(xsMachine* the)
{
	xsmcSetBoolean(xsResult, flashPresent());
}

/* What the image does in place of serving: "", "crash", "hang", "no-address". */
void xs_sim_firmware_behavior(xsMachine* the)
{
	const esp_partition_t* slot = esp_ota_get_running_partition();
	esp_image_header_t header;
	size_t offset = sizeof header;
	char text[kMostOfBehavior + 1] = "";
	if (slot && !esp_partition_read(slot, 0, &header, sizeof header))
		for (int i = 0; i < header.segment_count; i++) {
			esp_image_segment_header_t segment;
			if (esp_partition_read(slot, offset, &segment, sizeof segment))
				break;
			offset += sizeof segment;
			if (segment.load_addr == kBehavior && segment.data_len <= kMostOfBehavior)
				esp_partition_read(slot, offset, text, segment.data_len);
			offset += segment.data_len;
		}
	xsmcSetString(xsResult, text);
}

void xs_sim_firmware_readRecord(xsMachine* the)
{
	char path[4096], text[kMostOfRecord + 1];
	recordPath(path, "");
	FILE* file = fopen(path, "r");
	if (!file)
		return;
	text[fread(text, 1, kMostOfRecord, file)] = 0;
	fclose(file);
	xsmcSetString(xsResult, text);
}

/* Replaced in one step: the old one stays if the power fails. */
void xs_sim_firmware_writeRecord(xsMachine* the)
{
	char path[4096], next[4096];
	char* text = xsmcToString(xsArg(0));
	recordPath(path, "");
	recordPath(next, ".new");
	int file = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t length = (ssize_t)strlen(text);
	if (file < 0 || write(file, text, (size_t)length) != length || close(file) || rename(next, path))
		xsUnknownError("%s: %s", next, strerror(errno));
}

/* Why the firmware last started, as hosts/esp32s3/restart-reason.c says it. Asked once. */
void xs_sim_firmware_reason(xsMachine* the)
{
	const char* reason = getenv("YIELDCAM_RESTART");
	xsmcSetString(xsResult, (char*)(reason ? reason : "power on"));
	unsetenv("YIELDCAM_RESTART");
}

void xs_sim_firmware_restart(xsMachine* the)
{
	setenv("YIELDCAM_RESTART", xsmcToString(xsArg(0)), 1);
	esp_restart();
}
