/*
	Which slot to boot: two entries in sectors of their own, written in turn, with a
	number and its CRC. The highest valid one counts (bootloader_common.c and
	bootloader_common_loader.c of esp-idf 6.0).
*/
#include "flash.h"

/* The ROM's esp_rom_crc32_le(UINT32_MAX, …), reflected, of four bytes. */
uint32_t otaSelectCrc(const esp_ota_select_entry_t* entry)
{
	uint32_t crc = 0; /* the ROM inverts it before and after */
	for (int i = 0; i < 4; i++) {
		crc ^= (entry->ota_seq >> (8 * i)) & 255;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

bool otaSelectValid(const esp_ota_select_entry_t* entry)
{
	return entry->ota_seq != UINT32_MAX && entry->ota_state != (uint32_t)ESP_OTA_IMG_INVALID &&
	       entry->ota_state != (uint32_t)ESP_OTA_IMG_ABORTED && entry->crc == otaSelectCrc(entry);
}

int otaSelectActive(const esp_ota_select_entry_t entries[2])
{
	bool first = otaSelectValid(entries), second = otaSelectValid(entries + 1);
	if (first && second)
		return entries[0].ota_seq >= entries[1].ota_seq ? 0 : 1;
	return first ? 0 : second ? 1 : -1;
}

static const esp_partition_t* partition(void)
{
	return esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
}

bool otaSelectRead(esp_ota_select_entry_t entries[2])
{
	const esp_partition_t* data = partition();
	return data && !esp_partition_read(data, 0, entries, sizeof *entries) &&
	       !esp_partition_read(data, kSector, entries + 1, sizeof *entries);
}

bool otaSelectWrite(const esp_ota_select_entry_t* entry, int index)
{
	const esp_partition_t* data = partition();
	size_t offset = (size_t)index * kSector;
	return data && !esp_partition_erase_range(data, offset, kSector) &&
	       !esp_partition_write(data, offset, entry, sizeof *entry);
}
