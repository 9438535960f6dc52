/* The check of an image's first bytes (first-block.c), for the binding (update.c). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include "esp_app_desc.h"
#include "esp_app_format.h"
#include "firmware.h"

/* What an image begins with: esp-idf has the descriptions at the beginning of the first segment. */
typedef struct {
	esp_image_header_t header;
	esp_image_segment_header_t segment;
	esp_app_desc_t app;
	FirmwareDescription firmware;
} FirstBytes;

_Static_assert(offsetof(FirstBytes, firmware) == 288, "the linker puts it behind esp-idf's own description");

/* Returns why the image, of `size` bytes, may not replace the firmware that runs, or NULL. */
const char* firstBlockFault(const FirstBytes* first, size_t size, const FirmwareDescription* running);

/* Whether the texts of a description end within it. */
bool isDescription(const FirmwareDescription* description);
