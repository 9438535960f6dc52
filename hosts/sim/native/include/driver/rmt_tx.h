/* The parts of Espressif's driver/rmt_tx.h and rmt_encoder.h that drive a WS2812 (rmt.c). */
#pragma once

#include "driver/gpio.h"

#include <stddef.h>

typedef struct RmtChannel* rmt_channel_handle_t;
typedef struct RmtEncoder* rmt_encoder_handle_t;
typedef enum { RMT_CLK_SRC_DEFAULT = 4 } rmt_clock_source_t;

typedef union {
	struct {
		uint16_t duration0 : 15;
		uint16_t level0 : 1;
		uint16_t duration1 : 15;
		uint16_t level1 : 1;
	};
	uint32_t val;
} rmt_symbol_word_t;

typedef struct {
	gpio_num_t gpio_num;
	rmt_clock_source_t clk_src;
	uint32_t resolution_hz;
	size_t mem_block_symbols;
	size_t trans_queue_depth;
} rmt_tx_channel_config_t;

typedef struct {
	int loop_count;
} rmt_transmit_config_t;

typedef struct {
	int unused;
} rmt_copy_encoder_config_t;

esp_err_t rmt_new_tx_channel(const rmt_tx_channel_config_t* config, rmt_channel_handle_t* channel);
esp_err_t rmt_new_copy_encoder(const rmt_copy_encoder_config_t* config, rmt_encoder_handle_t* encoder);
esp_err_t rmt_enable(rmt_channel_handle_t channel);
esp_err_t rmt_disable(rmt_channel_handle_t channel);
esp_err_t rmt_transmit(rmt_channel_handle_t channel, rmt_encoder_handle_t encoder, const void* payload, size_t bytes,
	const rmt_transmit_config_t* config);
esp_err_t rmt_tx_wait_all_done(rmt_channel_handle_t channel, int timeout);
esp_err_t rmt_del_channel(rmt_channel_handle_t channel);
esp_err_t rmt_del_encoder(rmt_encoder_handle_t encoder);
