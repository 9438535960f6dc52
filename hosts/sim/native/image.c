/* Whether an image is whole: its header, segments, checksum and hash, as esp-idf checks them (esp_image_format.c). */
#include "flash.h"
#include "esp_app_format.h"

#include <string.h>

enum { kChecksum = 0xEF, kHash = 32 };

/* Adds a part of the partition to the hash, and to the checksum if there is one. */
static bool add(const esp_partition_t* partition, size_t offset, size_t size, Sha256* sha, uint8_t* checksum)
{
	uint8_t block[1024];
	while (size) {
		size_t part = size < sizeof block ? size : sizeof block;
		if (esp_partition_read(partition, offset, block, part))
			return false;
		sha256Add(sha, block, part);
		for (size_t i = 0; checksum && i < part; i++)
			*checksum ^= block[i];
		offset += part;
		size -= part;
	}
	return true;
}

bool imageVerify(const esp_partition_t* partition)
{
	esp_image_header_t header;
	uint8_t checksum = kChecksum, last, digest[kHash], appended[kHash];
	size_t offset = sizeof header, end;
	Sha256 sha;
	if (esp_partition_read(partition, 0, &header, sizeof header) || header.magic != ESP_IMAGE_HEADER_MAGIC ||
		header.chip_id != ESP_CHIP_ID_ESP32S3 || header.segment_count > ESP_IMAGE_MAX_SEGMENTS)
		return false;
	sha256Open(&sha);
	sha256Add(&sha, &header, sizeof header);
	for (int i = 0; i < header.segment_count; i++) {
		esp_image_segment_header_t segment;
		if (esp_partition_read(partition, offset, &segment, sizeof segment))
			return false;
		sha256Add(&sha, &segment, sizeof segment);
		offset += sizeof segment;
		if (segment.data_len % 4 || !add(partition, offset, segment.data_len, &sha, &checksum))
			return false;
		offset += segment.data_len;
	}
	/* The checksum is the last byte of a multiple of 16. */
	end = (offset + 16) & ~(size_t)15;
	if (!add(partition, offset, end - offset, &sha, NULL) || esp_partition_read(partition, end - 1, &last, 1) ||
		last != checksum)
		return false;
	if (!header.hash_appended)
		return true;
	sha256Close(&sha, digest);
	return !esp_partition_read(partition, end, appended, kHash) && !memcmp(digest, appended, kHash);
}
