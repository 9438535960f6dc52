/*
	A WS2812, an LED that takes its color as bits on one wire, over the processor's RMT: see pins.h. It has the interface of
	PWM, as far as a lamp uses that: a value from 0 to 255 is the brightness of white light.
*/
#include "pins.h"
#include "mc.xs.h"

#include "driver/rmt_encoder.h"
#include "driver/rmt_tx.h"

#include <stdlib.h>

enum {
	kResolution = 10000000, /* Hz: times are in tenths of a microsecond */
	kShort = 3,
	kLong = 9,
	kReset = 3000, /* the line is low for 300 µs, after which the LED shows the color; older ones need 50 */
	kBits = 24,    /* green, red, blue, the most significant bits first */
	kSymbols = 48, /* of the memory of a channel */
	kPatience = 10 /* ms; a color takes a third of one */
};

typedef struct {
	xsSlot object;
	rmt_channel_handle_t channel;
	rmt_encoder_handle_t encoder;
	uint8_t pin;
	/* Read by the driver until the color is sent. */
	rmt_symbol_word_t symbols[kBits + 1];
} LedRecord, *Led;

void xs_pins_ws2812_destructor(void* data)
{
	Led led = data;
	if (!led)
		return;
	if (led->channel) {
		rmt_disable(led->channel);
		rmt_del_channel(led->channel);
	}
	if (led->encoder)
		rmt_del_encoder(led->encoder);
	pinFree(led->pin);
	free(led);
}

static esp_err_t open(Led led)
{
	rmt_tx_channel_config_t config = {
		.gpio_num = (gpio_num_t)led->pin,
		.clk_src = RMT_CLK_SRC_DEFAULT,
		.resolution_hz = kResolution,
		.mem_block_symbols = kSymbols,
		.trans_queue_depth = 1,
	};
	static const rmt_copy_encoder_config_t copy;
	esp_err_t error = rmt_new_tx_channel(&config, &led->channel);
	if (error == ESP_OK)
		error = rmt_new_copy_encoder(&copy, &led->encoder);
	return error == ESP_OK ? rmt_enable(led->channel) : error;
}

void xs_pins_ws2812_constructor(xsMachine* the)
{
	xsSlot slot;
	const char* user;
	int pin;
	esp_err_t error;
	Led led;
	checkOptions(the);
	xsmcGet(slot, xsArg(0), xsID_user);
	user = pinUserName(xsmcToString(slot));
	/* Last: the script's getters may open the same pin. */
	pin = pinOption(the);
	led = user ? calloc(1, sizeof *led) : NULL;
	if (!led)
		xsUnknownError("no memory");
	led->pin = (uint8_t)pin;
	pinUse(pin, user);
	error = open(led);
	if (error != ESP_OK) {
		xs_pins_ws2812_destructor(led);
		xsUnknownError("the LED of GPIO %d does not open (0x%x)", pin, (unsigned)error);
	}
	led->object = xsThis;
	xsmcSetHostData(xsThis, led);
	xsRemember(led->object);
}

/* brightness, 0 to 255 */
void xs_pins_ws2812_write(xsMachine* the)
{
	/* Before the object is looked up, since a valueOf() may close it. */
	int level = xsmcArgc < 1 ? -1 : xsmcToInteger(xsArg(0));
	Led led = xsmcGetHostDataValidate(xsThis, xs_pins_ws2812_destructor);
	rmt_transmit_config_t config = { 0 };
	if (!led || level < 0 || level > 255)
		xsRangeError("the brightness is 0 to 255");
	rmt_tx_wait_all_done(led->channel, kPatience);
	for (int i = 0; i < kBits; i++) {
		int one = level & (0x80 >> (i & 7));
		led->symbols[i] = (rmt_symbol_word_t){
			.level0 = 1,
			.duration0 = one ? kLong : kShort,
			.level1 = 0,
			.duration1 = one ? kShort : kLong,
		};
	}
	led->symbols[kBits] = (rmt_symbol_word_t){ .duration0 = kReset / 2, .duration1 = kReset / 2 };
	rmt_transmit(led->channel, led->encoder, led->symbols, sizeof led->symbols, &config);
}
