/* Espressif's esp_partition.h: the partitions of the flash, which is in a file (flash.c, partitions.c). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_err.h"

typedef enum {
	ESP_PARTITION_TYPE_APP = 0x00,
	ESP_PARTITION_TYPE_DATA = 0x01,
} esp_partition_type_t;

typedef enum {
	ESP_PARTITION_SUBTYPE_APP_FACTORY = 0x00,
	ESP_PARTITION_SUBTYPE_APP_OTA_MIN = 0x10,
	ESP_PARTITION_SUBTYPE_APP_OTA_0 = 0x10,
	ESP_PARTITION_SUBTYPE_APP_OTA_MAX = 0x20,
	ESP_PARTITION_SUBTYPE_DATA_OTA = 0x00,
	ESP_PARTITION_SUBTYPE_ANY = 0xff,
} esp_partition_subtype_t;

typedef struct {
	void* flash_chip; /* NULL: the only one */
	esp_partition_type_t type;
	esp_partition_subtype_t subtype;
	uint32_t address;
	uint32_t size;
	uint32_t erase_size;
	char label[17];
	bool encrypted; /* never */
	bool readonly;
} esp_partition_t;

/* NULL if there is none, and for any label. */
const esp_partition_t* esp_partition_find_first(
	esp_partition_type_t type, esp_partition_subtype_t subtype, const char* label);
esp_err_t esp_partition_read(const esp_partition_t* partition, size_t offset, void* destination, size_t size);
/* As NOR flash does, it makes bits 0 and never 1. */
esp_err_t esp_partition_write(const esp_partition_t* partition, size_t offset, const void* source, size_t size);
/* Sectors only. */
esp_err_t esp_partition_erase_range(const esp_partition_t* partition, size_t offset, size_t size);
