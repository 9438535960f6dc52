/*
	The camera driver's interface, as Espressif's esp_camera.h (esp32-camera,
	driver/include), written for the simulated sensor (sensor.c). hosts/common/camera.c
	is compiled with this header here and with Espressif's on the board.
*/
#pragma once

#include "driver/ledc.h"
#include "esp_err.h"
#include "sensor.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

typedef enum {
	CAMERA_GRAB_WHEN_EMPTY,
	CAMERA_GRAB_LATEST,
} camera_grab_mode_t;

typedef enum {
	CAMERA_FB_IN_PSRAM,
	CAMERA_FB_IN_DRAM,
} camera_fb_location_t;

typedef struct {
	int pin_pwdn;
	int pin_reset;
	int pin_xclk;
	int pin_sccb_sda;
	int pin_sccb_scl;
	int pin_d7;
	int pin_d6;
	int pin_d5;
	int pin_d4;
	int pin_d3;
	int pin_d2;
	int pin_d1;
	int pin_d0;
	int pin_vsync;
	int pin_href;
	int pin_pclk;
	int xclk_freq_hz;
	ledc_timer_t ledc_timer;
	ledc_channel_t ledc_channel;
	pixformat_t pixel_format;
	framesize_t frame_size;
	int jpeg_quality;
	size_t fb_count;
	camera_fb_location_t fb_location;
	camera_grab_mode_t grab_mode;
	int sccb_i2c_port;
} camera_config_t;

typedef struct {
	uint8_t* buf;
	size_t len;
	size_t width;
	size_t height;
	pixformat_t format;
	struct timeval timestamp; /* since boot, of the frame's first DMA buffer */
} camera_fb_t;

#define ESP_ERR_CAMERA_BASE 0x20000
#define ESP_ERR_CAMERA_NOT_DETECTED (ESP_ERR_CAMERA_BASE + 1)
#define ESP_ERR_CAMERA_FAILED_TO_SET_FRAME_SIZE (ESP_ERR_CAMERA_BASE + 2)
#define ESP_ERR_CAMERA_FAILED_TO_SET_OUT_FORMAT (ESP_ERR_CAMERA_BASE + 3)
#define ESP_ERR_CAMERA_NOT_SUPPORTED (ESP_ERR_CAMERA_BASE + 4)

esp_err_t esp_camera_init(const camera_config_t* config);
esp_err_t esp_camera_deinit(void);
camera_fb_t* esp_camera_fb_get(void); /* NULL after 4 s without a frame */
void esp_camera_fb_return(camera_fb_t* fb);
sensor_t* esp_camera_sensor_get(void);
