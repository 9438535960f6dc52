/* Espressif's esp_flash_partitions.h: the table of the partitions, and which slot to boot. */
#pragma once

#include <stdint.h>

#define ESP_PARTITION_MAGIC 0x50AA
#define ESP_PARTITION_TABLE_OFFSET 0x8000
#define ESP_PARTITION_TABLE_MAX_LEN 0xC00

typedef enum {
	ESP_OTA_IMG_NEW = 0,            /* to be booted for the first time */
	ESP_OTA_IMG_PENDING_VERIFY = 1, /* has been booted once, and has not called itself valid */
	ESP_OTA_IMG_VALID = 2,
	ESP_OTA_IMG_INVALID = 3, /* has called itself invalid */
	ESP_OTA_IMG_ABORTED = 4, /* has ended before it called itself either */
	ESP_OTA_IMG_UNDEFINED = -1,
} esp_ota_img_states_t;

/* One of two, each in a sector of its own. The one with the higher number counts. */
typedef struct {
	uint32_t ota_seq;
	uint8_t seq_label[20];
	uint32_t ota_state;
	uint32_t crc; /* of ota_seq alone */
} esp_ota_select_entry_t;

typedef struct {
	uint32_t offset;
	uint32_t size;
} esp_partition_pos_t;

typedef struct {
	uint16_t magic;
	uint8_t type;
	uint8_t subtype;
	esp_partition_pos_t pos;
	uint8_t label[16];
	uint32_t flags;
} esp_partition_info_t;
