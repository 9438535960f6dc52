/* Simulated RMT: channels whose pins have a WS2812, which reads the symbols by its data sheet. */
#include "driver/rmt_tx.h"
#include "gpio-pins.h"

#include <stdlib.h>

struct RmtChannel {
	gpio_num_t pin;
	uint32_t resolution;
	bool enabled;
};

struct RmtEncoder {
	int unused;
};

esp_err_t rmt_new_tx_channel(const rmt_tx_channel_config_t* config, rmt_channel_handle_t* channel)
{
	*channel = calloc(1, sizeof **channel);
	if (!*channel)
		return ESP_ERR_NO_MEM;
	(*channel)->pin = config->gpio_num;
	(*channel)->resolution = config->resolution_hz;
	return ESP_OK;
}

esp_err_t rmt_new_copy_encoder(const rmt_copy_encoder_config_t* config, rmt_encoder_handle_t* encoder)
{
	(void)config;
	*encoder = calloc(1, sizeof **encoder);
	return *encoder ? ESP_OK : ESP_ERR_NO_MEM;
}

esp_err_t rmt_enable(rmt_channel_handle_t channel)
{
	channel->enabled = true;
	return ESP_OK;
}

esp_err_t rmt_disable(rmt_channel_handle_t channel)
{
	channel->enabled = false;
	return ESP_OK;
}

/* Returns the bit of a symbol, or -1 if it is none: high for 0.3 or 0.9 µs, with 0.15 more or less, of 1.2 µs. */
static int bitOf(const struct RmtChannel* channel, rmt_symbol_word_t symbol)
{
	uint64_t scale = 1000000000u / channel->resolution;
	uint64_t high = symbol.duration0 * scale, low = symbol.duration1 * scale;
	if (!symbol.level0 || symbol.level1 || high + low < 1050 || high + low > 1350)
		return -1;
	return high >= 150 && high <= 450 ? 0 : high >= 750 && high <= 1050 ? 1 : -1;
}

esp_err_t rmt_transmit(rmt_channel_handle_t channel, rmt_encoder_handle_t encoder, const void* payload, size_t bytes,
	const rmt_transmit_config_t* config)
{
	const rmt_symbol_word_t* symbols = payload;
	size_t count = bytes / sizeof *symbols;
	uint32_t color = 0;
	(void)encoder;
	(void)config;
	if (!channel->enabled)
		return ESP_ERR_INVALID_STATE;
	/* 24 bits, then a low line for 280 µs. */
	if (count != 25 || symbols[24].level0 || symbols[24].level1 ||
		(uint64_t)(symbols[24].duration0 + symbols[24].duration1) * 1000000 < 280ull * channel->resolution)
		return ESP_ERR_INVALID_ARG;
	for (size_t i = 0; i < 24; i++) {
		int bit = bitOf(channel, symbols[i]);
		if (bit < 0)
			return ESP_ERR_INVALID_ARG;
		color = color << 1 | (uint32_t)bit;
	}
	gpioColor(channel->pin, color);
	return ESP_OK;
}

esp_err_t rmt_tx_wait_all_done(rmt_channel_handle_t channel, int timeout)
{
	(void)channel;
	(void)timeout;
	return ESP_OK;
}

esp_err_t rmt_del_channel(rmt_channel_handle_t channel)
{
	free(channel);
	return ESP_OK;
}

esp_err_t rmt_del_encoder(rmt_encoder_handle_t encoder)
{
	free(encoder);
	return ESP_OK;
}
