/*
	The part of Espressif's jpeg_decoder.h (component esp_jpeg 1.3.1) that
	hosts/common/bitmap.c uses, written for libjpeg (jpeg-decoder.c).
*/
#pragma once

#include "esp_err.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { JPEG_IMAGE_SCALE_0 } esp_jpeg_image_scale_t;
typedef enum { JPEG_IMAGE_FORMAT_RGB888 } esp_jpeg_image_format_t;

typedef struct {
	uint8_t* indata;
	uint32_t indata_size;
	uint8_t* outbuf;
	uint32_t outbuf_size;
	esp_jpeg_image_format_t out_format;
	esp_jpeg_image_scale_t out_scale;
	struct {
		uint8_t swap_color_bytes : 1; /* blue first */
	} flags;
} esp_jpeg_image_cfg_t;

typedef struct {
	uint16_t width;
	uint16_t height;
	size_t output_len;
} esp_jpeg_image_output_t;

/* Returns ESP_FAIL if the image cannot be decoded, ESP_ERR_NO_MEM if outbuf is too small. */
esp_err_t esp_jpeg_decode(esp_jpeg_image_cfg_t* config, esp_jpeg_image_output_t* image);
