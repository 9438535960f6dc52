/* Espressif's esp_app_format.h: what an image of an app begins with. */
#pragma once

#include <stdint.h>

#define ESP_CHIP_ID_ESP32S3 0x0009
#define ESP_IMAGE_HEADER_MAGIC 0xE9
#define ESP_IMAGE_MAX_SEGMENTS 16

typedef struct {
	uint8_t magic;
	uint8_t segment_count;
	uint8_t spi_mode;
	uint8_t spi_speed_size;
	uint32_t entry_addr;
	uint8_t wp_pin;
	uint8_t spi_pin_drv[3];
	uint16_t chip_id;
	uint8_t min_chip_rev;
	uint16_t min_chip_rev_full;
	uint16_t max_chip_rev_full;
	uint8_t reserved[4];
	uint8_t hash_appended; /* whether a SHA-256 of all that comes before it is at the end */
} __attribute__((packed)) esp_image_header_t;

typedef struct {
	uint32_t load_addr;
	uint32_t data_len;
} esp_image_segment_header_t;
