/*
	Simulated pins: what the script sets them to, and what the outside drives them with. The socket of gpio-socket.c shows
	and drives them.
*/
#include "gpio-pins.h"
#include "host.h"

#include <stdio.h>

typedef struct {
	bool isSelected; /* in the IO MUX: see isGpio */
	gpio_mode_t mode;
	gpio_pull_mode_t pull;
	uint32_t level; /* of the output */
	Signal signal;  /* on the output in place of the level, if its hz is not 0 */
	bool isColor;   /* a WS2812 has the color, in place of a level */
	uint32_t color;
	int driven; /* 0 or 1 by the outside, or -1; plus 1, since the array begins as zeros */
	gpio_int_type_t edges;
	gpio_isr_t handler;
	void* argument;
} Pin;

static Pin gPins[GPIO_NUM_MAX];
static bool gService;

static esp_err_t check(gpio_num_t pin)
{
	return GPIO_IS_VALID_GPIO(pin) ? ESP_OK : ESP_ERR_INVALID_ARG;
}

/* After a start, JTAG has GPIO 39 to 42, the UART 43 and 44, and a clock for memory 47 and 48. */
static bool isGpio(gpio_num_t pin)
{
	return gPins[pin].isSelected || pin < 39 || pin == 45 || pin == 46;
}

static bool isOutput(gpio_num_t pin)
{
	return isGpio(pin) && (gPins[pin].mode & GPIO_MODE_OUTPUT);
}

int gpio_get_level(gpio_num_t number)
{
	const Pin* pin = &gPins[number];
	bool output = isOutput(number), openDrain = pin->mode == GPIO_MODE_INPUT_OUTPUT_OD;
	if (!(pin->mode & GPIO_MODE_INPUT))
		return 0;
	if (output && !(openDrain && pin->level))
		return (int)pin->level;
	if (pin->driven)
		return pin->driven - 1;
	return pin->pull == GPIO_PULLUP_ONLY;
}

esp_err_t gpio_reset_pin(gpio_num_t pin)
{
	if (check(pin))
		return ESP_ERR_INVALID_ARG;
	gPins[pin] = (Pin){ .isSelected = true, .pull = GPIO_PULLUP_ONLY, .driven = gPins[pin].driven };
	gpioChanged(pin);
	return ESP_OK;
}

esp_err_t gpio_config(const gpio_config_t* config)
{
	for (gpio_num_t number = 0; number < GPIO_NUM_MAX; number++) {
		Pin* pin = &gPins[number];
		if (!(config->pin_bit_mask >> number & 1))
			continue;
		if (check(number))
			return ESP_ERR_INVALID_ARG;
		pin->isSelected = true;
		pin->mode = config->mode;
		pin->signal.hz = 0;
		pin->pull = GPIO_FLOATING;
		pin->edges = GPIO_INTR_DISABLE;
		gpioChanged(number);
	}
	return ESP_OK;
}

esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode)
{
	if (check(pin))
		return ESP_ERR_INVALID_ARG;
	gPins[pin].mode = mode;
	gPins[pin].signal.hz = 0;
	gpioChanged(pin);
	return ESP_OK;
}

esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t pull)
{
	if (check(pin))
		return ESP_ERR_INVALID_ARG;
	gPins[pin].pull = pull;
	gpioChanged(pin);
	return ESP_OK;
}

esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level)
{
	if (check(pin))
		return ESP_ERR_INVALID_ARG;
	gPins[pin].level = level != 0;
	gpioChanged(pin);
	return ESP_OK;
}

esp_err_t gpio_set_intr_type(gpio_num_t pin, gpio_int_type_t type)
{
	gPins[pin].edges = type;
	return ESP_OK;
}

esp_err_t gpio_install_isr_service(int flags)
{
	(void)flags;
	if (gService)
		return ESP_ERR_INVALID_STATE;
	gService = true;
	return ESP_OK;
}

esp_err_t gpio_isr_handler_add(gpio_num_t pin, gpio_isr_t handler, void* argument)
{
	if (!gService)
		return ESP_ERR_INVALID_STATE;
	gPins[pin].handler = handler;
	gPins[pin].argument = argument;
	return ESP_OK;
}

esp_err_t gpio_isr_handler_remove(gpio_num_t pin)
{
	gPins[pin].handler = NULL;
	return ESP_OK;
}

void gpioSignal(gpio_num_t pin, const Signal* signal)
{
	gPins[pin].isSelected = true;
	gPins[pin].signal = signal ? *signal : (Signal){ 0 };
	gPins[pin].mode = signal ? GPIO_MODE_OUTPUT : GPIO_MODE_DISABLE;
	gpioChanged(pin);
}

void gpioColor(gpio_num_t pin, uint32_t color)
{
	gPins[pin].isColor = true;
	gPins[pin].color = color;
	gpioChanged(pin);
}

void gpioDrive(gpio_num_t number, int level)
{
	Pin* pin = &gPins[number];
	int before = gpio_get_level(number);
	pin->driven = level + 1;
	int after = gpio_get_level(number);
	gpio_int_type_t edge = after > before ? GPIO_INTR_POSEDGE : GPIO_INTR_NEGEDGE;
	if (after != before && pin->handler && (pin->edges & edge))
		pin->handler(pin->argument);
	gpioChanged(number);
}

void gpioText(gpio_num_t number, char* text, size_t size)
{
	static const char* const kPulls[] = { " pull-up", " pull-down", " pull-up-down", "" };
	const Pin* pin = &gPins[number];
	if (pin->isColor)
		snprintf(text, size, "color %06x",
			(unsigned)((pin->color & 0xff00) << 8 | (pin->color >> 8 & 0xff00) | (pin->color & 0xff)));
	else if (pin->signal.hz)
		snprintf(text, size, "pwm %u %.4f", (unsigned)pin->signal.hz,
			(double)pin->signal.duty / (double)(1u << pin->signal.bits));
	else if (isOutput(number))
		snprintf(text, size, "output %u%s", (unsigned)pin->level,
			pin->mode == GPIO_MODE_INPUT_OUTPUT_OD ? " open-drain" : "");
	else if (pin->mode & GPIO_MODE_INPUT)
		snprintf(text, size, "input %d%s", gpio_get_level(number), kPulls[pin->pull]);
	else
		snprintf(text, size, "off");
}
