/* The parts of Espressif's driver/ledc.h that camera_config_t and the class PWM use (ledc.c). */
#pragma once

#include "esp_err.h"

#include <stdbool.h>

typedef enum { LEDC_LOW_SPEED_MODE } ledc_mode_t;
typedef enum { LEDC_TIMER_0, LEDC_TIMER_1, LEDC_TIMER_2, LEDC_TIMER_3, LEDC_TIMER_MAX } ledc_timer_t;
typedef enum { LEDC_CHANNEL_0, LEDC_CHANNEL_1, LEDC_CHANNEL_2, LEDC_CHANNEL_3, LEDC_CHANNEL_MAX = 8 } ledc_channel_t;
typedef enum { LEDC_TIMER_1_BIT = 1, LEDC_TIMER_BIT_MAX = 15 } ledc_timer_bit_t;
typedef enum { LEDC_AUTO_CLK = 0, LEDC_USE_APB_CLK = 4 } ledc_clk_cfg_t;

typedef struct {
	ledc_mode_t speed_mode;
	ledc_timer_bit_t duty_resolution;
	ledc_timer_t timer_num;
	uint32_t freq_hz;
	ledc_clk_cfg_t clk_cfg;
	bool deconfigure;
} ledc_timer_config_t;

typedef struct {
	int gpio_num;
	ledc_mode_t speed_mode;
	ledc_channel_t channel;
	ledc_timer_t timer_sel;
	uint32_t duty;
	bool deconfigure;
} ledc_channel_config_t;

esp_err_t ledc_timer_config(const ledc_timer_config_t* config);
esp_err_t ledc_timer_pause(ledc_mode_t mode, ledc_timer_t timer);
esp_err_t ledc_timer_resume(ledc_mode_t mode, ledc_timer_t timer);
esp_err_t ledc_channel_config(const ledc_channel_config_t* config);
esp_err_t ledc_set_duty(ledc_mode_t mode, ledc_channel_t channel, uint32_t duty);
esp_err_t ledc_update_duty(ledc_mode_t mode, ledc_channel_t channel);
esp_err_t ledc_stop(ledc_mode_t mode, ledc_channel_t channel, uint32_t idleLevel);
