/*
	What the firmware says of itself, at a fixed place of its image: behind esp-idf's own
	description (esp_app_desc.h), which knows neither the project nor the board, since
	the SDK builds every program as xs_esp32.
*/
#pragma once

#include <stdint.h>

#define FIRMWARE_MAGIC "yieldcam"

typedef struct {
	char magic[8];
	uint32_t format; /* of this structure: 1 */
	/* Raised by a release after which older ones must not be installed any more. */
	uint32_t generation;
	char board[32];   /* the name of the board's file, with a zero at its end */
	char version[24]; /* as in package.json, with a zero at its end */
} FirmwareDescription;

enum { kFirmwareFormat = 1, kFirmwareGeneration = 1 };
