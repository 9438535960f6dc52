/* The users of the pins: see pins.h. */
#include "pins.h"
#include "mc.xs.h"

#include <stdlib.h>
#include <string.h>

#if ESP32
	#include "builtinCommon.h"
	#include "sdkconfig.h"
#endif

/* Pins whose user is named in messages. NULL if there is none. */
static const char* gReserved[GPIO_NUM_MAX]; /* the board's own: the camera, for example */
static const char* gUsers[GPIO_NUM_MAX];    /* open objects of the script */

/* Few texts: one for each part of a board. */
typedef struct Name Name;
struct Name {
	Name* next;
	char text[];
};
static Name* gNames;

/* The ESP32-S3's own: the flash is on GPIO 26 to 32, and octal PSRAM on the five after it. */
static const char* ownUser(int pin)
{
	if (pin >= 26 && pin <= 32)
		return "the flash";
#if CONFIG_SPIRAM_MODE_OCT || !ESP32
	if (pin >= 33 && pin <= 37)
		return "the PSRAM";
#endif
	return NULL;
}

const char* pinUserName(const char* text)
{
	Name* name = gNames;
	while (name && strcmp(name->text, text))
		name = name->next;
	if (!name) {
		name = malloc(sizeof *name + strlen(text) + 1);
		if (!name)
			return NULL;
		strcpy(name->text, text);
		name->next = gNames;
		gNames = name;
	}
	return name->text;
}

void checkOptions(xsMachine* the)
{
	if (xsmcArgc < 1)
		xsTypeError("the options are missing");
}

int pinOption(xsMachine* the)
{
	xsSlot slot;
	double number;
	int pin;
	xsmcGet(slot, xsArg(0), xsID_pin);
	number = xsmcToNumber(slot);
	pin = number >= 0 && number < GPIO_NUM_MAX ? (int)number : -1;
	if (pin != number || !GPIO_IS_VALID_GPIO(pin))
		xsRangeError("the option pin is the number of a GPIO: 0 to 21, or 33 to 48");
	if (ownUser(pin))
		xsUnknownError("GPIO %d is in use by %s: choose another pin", pin, ownUser(pin));
	if (gUsers[pin])
		xsUnknownError("GPIO %d is in use by %s", pin, gUsers[pin]);
	/* An object of the board's own has its name. */
	if (gReserved[pin])
		xsUnknownError("GPIO %d is in use by %s: choose another pin", pin, gReserved[pin]);
#if ESP32
	if (!builtinIsPinFree(pin))
		xsUnknownError("GPIO %d is in use by another object of this program: close that first", pin);
#endif
	return pin;
}

void pinUse(int pin, const char* user)
{
	gUsers[pin] = user;
#if ESP32
	builtinUsePin(pin);
#endif
}

void pinOutput(int pin, gpio_mode_t mode, uint32_t level)
{
	/* gpio_set_direction would not connect a pin that begins with another function, as GPIO 39 to 44 do. */
	gpio_config_t config = { .pin_bit_mask = 1ull << pin, .mode = mode };
	gpio_set_level((gpio_num_t)pin, level);
	gpio_config(&config);
}

void pinFree(int pin)
{
	gUsers[pin] = NULL;
#if ESP32
	builtinFreePin(pin);
#endif
	gpio_reset_pin((gpio_num_t)pin);
	/* The reset turns the pull-up on, in which a lamp would glow. */
	gpio_set_pull_mode((gpio_num_t)pin, GPIO_FLOATING);
}

/* For the board's own use: pin, user */
void xs_pins_reserve(xsMachine* the)
{
	int pin = xsmcToInteger(xsArg(0));
	const char* user = pinUserName(xsmcToString(xsArg(1)));
	if (!user)
		xsUnknownError("no memory");
	if (pin >= 0 && pin < GPIO_NUM_MAX)
		gReserved[pin] = user;
}

/* Makes a pin an output for as long as the device runs: pin, level. For a pin that is reserved. */
void xs_pins_hold(xsMachine* the)
{
	pinOutput(xsmcToInteger(xsArg(0)), GPIO_MODE_OUTPUT, (uint32_t)xsmcToInteger(xsArg(1)));
}
