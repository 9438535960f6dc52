/*
	The processor's pins: one source for the board and for the simulator. A pin has one user at a time, and every refusal
	names it.

	pins.c knows the users, digital.c is ECMA-419's Digital and pwm.c its PWM. All of it is the machine's thread's, but for
	the handler of digital.c's interrupt.
*/
#pragma once

#include "xsmc.h"
#include "xsHost.h"

#include "driver/gpio.h"

/* Throws if a constructor was called without options. */
void checkOptions(xsMachine* the);

/* Returns the option `pin`. Throws if the processor has no such pin, or if the pin is in use. */
int pinOption(xsMachine* the);

/* Marks a pin as used by an object. The text stays valid as long as that. */
void pinUse(int pin, const char* user);

/* Makes a pin an output, which has the level from the beginning. */
void pinOutput(int pin, gpio_mode_t mode, uint32_t level);

/* Returns a pin to the state in which it disturbs nothing, and to the next user. */
void pinFree(int pin);

/* Returns the text, or a copy that is kept for ever: there are few different ones. NULL without memory. */
const char* pinUserName(const char* text);
