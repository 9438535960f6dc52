/* Simulated LEDC: four timers, and eight channels that send their signals to pins. */
#include "driver/ledc.h"
#include "gpio-pins.h"

#include <string.h>

enum { kSource = 80000000 };

static struct {
	uint32_t hz;
	int bits;
	bool paused;
} gTimers[LEDC_TIMER_MAX];

static struct {
	bool open;
	gpio_num_t pin;
	ledc_timer_t timer;
	uint32_t next, duty;
} gChannels[LEDC_CHANNEL_MAX];

static void send(ledc_channel_t channel)
{
	ledc_timer_t timer = gChannels[channel].timer;
	gpioSignal(gChannels[channel].pin,
		&(Signal){ .hz = gTimers[timer].hz, .duty = gChannels[channel].duty, .bits = gTimers[timer].bits });
}

/* As in ledc.c of esp-idf, where the divisor has 10 bits, and 8 bits behind the point. */
static bool divides(const ledc_timer_config_t* config)
{
	uint64_t rate = (uint64_t)config->freq_hz << config->duty_resolution;
	uint64_t divisor = rate ? (((uint64_t)kSource << 8) + rate / 2) / rate : 0;
	return divisor >= 0x100 && divisor <= 0x3ffff;
}

esp_err_t ledc_timer_config(const ledc_timer_config_t* config)
{
	ledc_timer_t timer = config->timer_num;
	if (config->deconfigure) {
		if (!gTimers[timer].hz || !gTimers[timer].paused)
			return ESP_ERR_INVALID_STATE;
		memset(&gTimers[timer], 0, sizeof gTimers[timer]);
		return ESP_OK;
	}
	if (config->duty_resolution < 1 || config->duty_resolution >= LEDC_TIMER_BIT_MAX)
		return ESP_ERR_INVALID_ARG;
	if (config->clk_cfg != LEDC_USE_APB_CLK || !divides(config))
		return ESP_FAIL;
	gTimers[timer].hz = config->freq_hz;
	gTimers[timer].bits = config->duty_resolution;
	return ESP_OK;
}

esp_err_t ledc_timer_pause(ledc_mode_t mode, ledc_timer_t timer)
{
	(void)mode;
	gTimers[timer].paused = true;
	return ESP_OK;
}

esp_err_t ledc_timer_resume(ledc_mode_t mode, ledc_timer_t timer)
{
	(void)mode;
	gTimers[timer].paused = false;
	return ESP_OK;
}

esp_err_t ledc_channel_config(const ledc_channel_config_t* config)
{
	ledc_channel_t channel = config->channel;
	if (config->deconfigure) {
		gpioSignal(gChannels[channel].pin, NULL);
		memset(&gChannels[channel], 0, sizeof gChannels[channel]);
		return ESP_OK;
	}
	if (!GPIO_IS_VALID_GPIO(config->gpio_num) || !gTimers[config->timer_sel].hz)
		return ESP_ERR_INVALID_ARG;
	gChannels[channel].open = true;
	gChannels[channel].pin = config->gpio_num;
	gChannels[channel].timer = config->timer_sel;
	gChannels[channel].duty = gChannels[channel].next = config->duty;
	send(channel);
	return ESP_OK;
}

esp_err_t ledc_set_duty(ledc_mode_t mode, ledc_channel_t channel, uint32_t duty)
{
	(void)mode;
	gChannels[channel].next = duty;
	return ESP_OK;
}

esp_err_t ledc_update_duty(ledc_mode_t mode, ledc_channel_t channel)
{
	(void)mode;
	if (!gChannels[channel].open)
		return ESP_ERR_INVALID_STATE;
	gChannels[channel].duty = gChannels[channel].next;
	send(channel);
	return ESP_OK;
}

esp_err_t ledc_stop(ledc_mode_t mode, ledc_channel_t channel, uint32_t idleLevel)
{
	(void)mode;
	if (!gChannels[channel].open)
		return ESP_ERR_INVALID_STATE;
	gChannels[channel].duty = idleLevel ? 1u << gTimers[gChannels[channel].timer].bits : 0;
	send(channel);
	return ESP_OK;
}
