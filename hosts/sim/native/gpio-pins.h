/* The simulated pins, for the parts of the simulator. */
#pragma once

#include "driver/gpio.h"

#include <stdbool.h>
#include <stddef.h>

/* The LEDC's signal on a pin, of a channel whose timer runs at hz; high for duty of 2^bits. */
typedef struct {
	uint32_t hz;
	uint32_t duty;
	int bits;
} Signal;

/* gpio.c */
void gpioSignal(gpio_num_t pin, const Signal* signal); /* NULL = none any more */
void gpioColor(gpio_num_t pin, uint32_t color);        /* of a WS2812: green, red, blue */
void gpioDrive(gpio_num_t pin, int level);             /* from outside; -1 = by nothing */
void gpioText(gpio_num_t pin, char* text, size_t size);

/* gpio-socket.c */
void gpioChanged(gpio_num_t pin);
