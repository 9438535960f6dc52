#include "update.h"

#include <string.h>

enum { kAlignment = 16 };

bool isDescription(const FirmwareDescription* description)
{
	return !memcmp(description->magic, FIRMWARE_MAGIC, sizeof description->magic) &&
	       description->format == kFirmwareFormat && memchr(description->board, 0, sizeof description->board) &&
	       memchr(description->version, 0, sizeof description->version);
}

/*
	An image does not say how long it is. But the part up to the checksum is a multiple of
	16 bytes, as is the hash, and the signature's sector is one; and the first segment has
	a length.
*/
static bool isCut(const FirstBytes* first, size_t size)
{
	return size % kAlignment || first->segment.data_len > size - sizeof first->header - sizeof first->segment;
}

const char* firstBlockFault(const FirstBytes* first, size_t size, const FirmwareDescription* running)
{
	if (first->header.magic != ESP_IMAGE_HEADER_MAGIC)
		return "this is not an image of firmware";
	if (first->header.chip_id != ESP_CHIP_ID_ESP32S3)
		return "the image is for another chip, and not for the ESP32-S3";
	if (!first->header.hash_appended)
		return "the image has no hash, so that nobody can tell whether it is whole";
	if (first->app.magic_word != ESP_APP_DESC_MAGIC_WORD || !isDescription(&first->firmware))
		return "the image is not of this project, or was built without the name of a board";
	if (strcmp(first->firmware.board, running->board))
		return "the image is for another board";
	if (first->firmware.generation < running->generation)
		return "the image is older than this firmware allows";
	if (isCut(first, size))
		return "the image is not whole: a part of it is missing";
	return NULL;
}
