/* The part of Espressif's driver/gpio.h that the pins' classes use, with its values (gpio.c). */
#pragma once

#include "esp_err.h"

typedef int gpio_num_t;
#define GPIO_NUM_MAX 49
/* The ESP32-S3 has no GPIO 22 to 25. */
#define GPIO_IS_VALID_GPIO(pin) ((pin) >= 0 && (pin) < GPIO_NUM_MAX && ((pin) < 22 || (pin) > 25))

typedef enum {
	GPIO_MODE_DISABLE = 0,
	GPIO_MODE_INPUT = 1,
	GPIO_MODE_OUTPUT = 2,
	GPIO_MODE_INPUT_OUTPUT = 3,
	GPIO_MODE_INPUT_OUTPUT_OD = 7,
} gpio_mode_t;
typedef enum { GPIO_PULLUP_ONLY, GPIO_PULLDOWN_ONLY, GPIO_PULLUP_PULLDOWN, GPIO_FLOATING } gpio_pull_mode_t;
typedef enum { GPIO_INTR_DISABLE, GPIO_INTR_POSEDGE, GPIO_INTR_NEGEDGE, GPIO_INTR_ANYEDGE } gpio_int_type_t;
typedef void (*gpio_isr_t)(void* argument);
/* The others of its fields stay 0 here: no pull, and no interrupt. */
typedef struct {
	uint64_t pin_bit_mask;
	gpio_mode_t mode;
} gpio_config_t;

esp_err_t gpio_config(const gpio_config_t* config);
esp_err_t gpio_reset_pin(gpio_num_t pin);
esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode);
esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t pull);
esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level);
int gpio_get_level(gpio_num_t pin);
esp_err_t gpio_set_intr_type(gpio_num_t pin, gpio_int_type_t type);
esp_err_t gpio_install_isr_service(int flags);
esp_err_t gpio_isr_handler_add(gpio_num_t pin, gpio_isr_t handler, void* argument);
esp_err_t gpio_isr_handler_remove(gpio_num_t pin);
