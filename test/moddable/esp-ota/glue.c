/* Implements all.h on the simulated flash. */
#include "all.h"
#include "flash.h"

#include <stdlib.h>

void* esp_flash_default_chip;

/* One mapping at a time, of which the callers keep copies. */
static void* gMapped;

esp_err_t esp_partition_mmap(const esp_partition_t* partition, size_t offset, size_t size,
	esp_partition_mmap_memory_t memory, const void** pointer, esp_partition_mmap_handle_t* handle)
{
	(void)memory;
	gMapped = malloc(size);
	*pointer = gMapped;
	*handle = 1;
	return esp_partition_read(partition, offset, gMapped, size);
}

void esp_partition_munmap(esp_partition_mmap_handle_t handle)
{
	(void)handle;
	free(gMapped);
}

const esp_partition_t* esp_partition_verify(const esp_partition_t* partition)
{
	return esp_partition_find_first(partition->type, partition->subtype, partition->label);
}

/* The slots, in order, with NULL at their end. */
esp_partition_iterator_t esp_partition_find(
	esp_partition_type_t type, esp_partition_subtype_t subtype, const char* label)
{
	static const esp_partition_t* slots[17];
	(void)type;
	(void)subtype;
	(void)label;
	for (int i = 0; i < partitionsApps(); i++)
		slots[i] =
			esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN + i, NULL);
	return slots;
}

const esp_partition_t* esp_partition_get(esp_partition_iterator_t iterator)
{
	return *iterator;
}

esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t iterator)
{
	return iterator[1] ? iterator + 1 : NULL;
}

void esp_partition_iterator_release(esp_partition_iterator_t iterator)
{
	(void)iterator;
}

esp_err_t esp_partition_copy(const esp_partition_t* destination, uint32_t destinationOffset,
	const esp_partition_t* source, uint32_t sourceOffset, size_t size)
{
	(void)destination;
	(void)destinationOffset;
	(void)source;
	(void)sourceOffset;
	(void)size;
	return ESP_FAIL;
}

esp_err_t esp_image_verify(esp_image_load_mode_t mode, const esp_partition_pos_t* place, esp_image_metadata_t* data)
{
	esp_partition_t partition = { .address = place->offset, .size = place->size };
	(void)mode;
	(void)data;
	return imageVerify(&partition) ? ESP_OK : ESP_FAIL;
}

void esp_image_bootloader_offset_set(uint32_t offset)
{
	(void)offset;
}

size_t spi_flash_cache2phys(const void* address)
{
	(void)address;
	return esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN + gBootedSlot, NULL)
		->address;
}

esp_err_t esp_flash_set_dangerous_write_protection(void* chip, bool protect)
{
	(void)chip;
	(void)protect;
	return ESP_OK;
}

bool esp_efuse_is_flash_encryption_enabled(void)
{
	return false;
}

/* The ROM's, which inverts the value before and after. */
uint32_t esp_rom_crc32_le(uint32_t crc, const uint8_t* bytes, uint32_t length)
{
	crc = ~crc;
	while (length--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

/* For updates of the table, which nothing makes. */
esp_err_t esp_partition_table_verify(const esp_partition_info_t* table, bool log, int* count)
{
	(void)table;
	(void)log;
	(void)count;
	return ESP_FAIL;
}
