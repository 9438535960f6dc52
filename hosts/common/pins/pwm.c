/*
	ECMA-419's PWM over the processor's LEDC: see pins.h. The SDK's own takes any timer, and so may take the one that the
	camera's driver is given for its clock: timer 0, with channel 0 (camera-open.c). On the ESP32-S3 the driver does not use
	them today, since the camera's peripheral makes the clock (ll_cam.c in esp32-camera 2.1.5), but they are its own.

	All timers of the ESP32-S3 have one source, here the 80 MHz of APB. A timer counts to 2^resolution at the source's rate
	over a divisor of 10 bits, and 8 bits behind the point.
*/
#include "pins.h"
#include "mc.xs.h"

#include "driver/ledc.h"

#include <stdlib.h>

enum {
	kSource = 80000000, /* Hz */
	kUsualHz = 1024,    /* as the SDK's */
	kFirst = 1,         /* timer, and channel */
	kTimers = 4,
	kChannels = 8,
	kMostBits = 14, /* of the processor */
	kLeastDivisor = 0x100,
	kMostDivisor = 0x3ffff,
};

typedef struct {
	xsSlot object;
	uint8_t pin;
	uint8_t timer;
	uint8_t channel;
} PwmRecord, *Pwm;

typedef struct {
	uint32_t hz;
	uint8_t bits;
	uint8_t users;
} Timer;

static const char kUser[] = "a PWM that is open: close it first";

static Timer gTimers[kTimers];
static uint8_t gChannels[kChannels]; /* whether it is in use */

void xs_pins_pwm_destructor(void* data);

static uint8_t goTogether(uint32_t hz, int bits)
{
	uint64_t rate = (uint64_t)hz << bits, divisor = (((uint64_t)kSource << 8) + rate / 2) / rate;
	return divisor >= kLeastDivisor && divisor <= kMostDivisor;
}

/* Options */

static uint32_t hzOption(xsMachine* the)
{
	xsSlot slot;
	double hz = kUsualHz;
	if (xsmcHas(xsArg(0), xsID_hz)) {
		xsmcGet(slot, xsArg(0), xsID_hz);
		if (xsmcTypeOf(slot) != xsUndefinedType)
			hz = xsmcToNumber(slot);
	}
	if (!(hz >= 5 && hz <= kSource / 2))
		xsRangeError("the option hz is 5 to 40000000");
	return (uint32_t)hz;
}

/* Returns the given resolution, or the finest that goes with the frequency. */
static int bitsOption(xsMachine* the, uint32_t hz)
{
	xsSlot slot;
	int least = 1, most = kMostBits, bits;
	while (!goTogether(hz, most))
		most--;
	while (!goTogether(hz, least))
		least++;
	if (!xsmcHas(xsArg(0), xsID_resolution))
		return most;
	xsmcGet(slot, xsArg(0), xsID_resolution);
	if (xsmcTypeOf(slot) == xsUndefinedType)
		return most;
	bits = xsmcToInteger(slot);
	if (bits < least || bits > most)
		xsRangeError("at %u Hz the option resolution is %d to %d bits, not %d", (unsigned)hz, least, most, bits);
	return bits;
}

/* Returns a timer with the frequency and the resolution, or a free one. Throws if there is neither. */
static int findTimer(xsMachine* the, uint32_t hz, int bits)
{
	int free = 0;
	for (int i = kFirst; i < kTimers; i++) {
		if (!gTimers[i].users)
			free = i;
		else if (gTimers[i].hz == hz && gTimers[i].bits == bits)
			return i;
	}
	if (!free)
		xsUnknownError(
			"no timer is left for %u Hz with %d bits: share one (%u Hz with %d bits, %u with %d, %u with %d), or close a PWM",
			(unsigned)hz, bits, (unsigned)gTimers[1].hz, gTimers[1].bits, (unsigned)gTimers[2].hz, gTimers[2].bits,
			(unsigned)gTimers[3].hz, gTimers[3].bits);
	return free;
}

static int findChannel(xsMachine* the)
{
	int channel = kFirst;
	while (channel < kChannels && gChannels[channel])
		channel++;
	if (channel == kChannels)
		xsUnknownError("all %d PWMs are open: close one", kChannels - kFirst);
	return channel;
}

/* Opening and closing */

static esp_err_t openTimer(int timer, uint32_t hz, int bits)
{
	ledc_timer_config_t config = {
		.speed_mode = LEDC_LOW_SPEED_MODE,
		.timer_num = (ledc_timer_t)timer,
		.duty_resolution = (ledc_timer_bit_t)bits,
		.freq_hz = hz,
		.clk_cfg = LEDC_USE_APB_CLK,
	};
	esp_err_t error = gTimers[timer].users ? ESP_OK : ledc_timer_config(&config);
	if (error == ESP_OK && !gTimers[timer].users++) {
		gTimers[timer].hz = hz;
		gTimers[timer].bits = (uint8_t)bits;
		/* It was paused when its last user closed it. */
		ledc_timer_resume(LEDC_LOW_SPEED_MODE, (ledc_timer_t)timer);
	}
	return error;
}

static void closeTimer(int timer)
{
	ledc_timer_config_t config = {
		.speed_mode = LEDC_LOW_SPEED_MODE,
		.timer_num = (ledc_timer_t)timer,
		.deconfigure = true,
	};
	if (--gTimers[timer].users)
		return;
	ledc_timer_pause(LEDC_LOW_SPEED_MODE, (ledc_timer_t)timer);
	ledc_timer_config(&config);
}

static esp_err_t openChannel(const PwmRecord* pwm)
{
	ledc_channel_config_t config = {
		.gpio_num = pwm->pin,
		.speed_mode = LEDC_LOW_SPEED_MODE,
		.channel = (ledc_channel_t)pwm->channel,
		.timer_sel = (ledc_timer_t)pwm->timer,
	};
	return ledc_channel_config(&config);
}

static void closeChannel(int channel)
{
	ledc_channel_config_t config = {
		.speed_mode = LEDC_LOW_SPEED_MODE,
		.channel = (ledc_channel_t)channel,
		.deconfigure = true,
	};
	ledc_stop(LEDC_LOW_SPEED_MODE, (ledc_channel_t)channel, 0);
	ledc_channel_config(&config);
}

/* Returns the text of the option `user`, which only the board's own objects have, or this file's. */
static const char* userOption(xsMachine* the)
{
	xsSlot slot;
	const char* user;
	if (!xsmcHas(xsArg(0), xsID_user))
		return kUser;
	xsmcGet(slot, xsArg(0), xsID_user);
	user = pinUserName(xsmcToString(slot));
	return user ? user : kUser;
}

void xs_pins_pwm_constructor(xsMachine* the)
{
	checkOptions(the);
	uint32_t hz = hzOption(the);
	int bits = bitsOption(the, hz);
	const char* user = userOption(the);
	/* After the other options, whose getters may open PWMs. */
	int pin = pinOption(the), timer = findTimer(the, hz, bits), channel = findChannel(the);
	esp_err_t error;
	Pwm pwm = calloc(1, sizeof *pwm);
	if (!pwm)
		xsUnknownError("no memory");
	*pwm = (PwmRecord){ .pin = (uint8_t)pin, .timer = (uint8_t)timer, .channel = (uint8_t)channel };
	error = openTimer(timer, hz, bits);
	if (error == ESP_OK) {
		error = openChannel(pwm);
		if (error != ESP_OK)
			closeTimer(timer);
	}
	if (error != ESP_OK) {
		free(pwm);
		xsUnknownError("the PWM of GPIO %d does not open (0x%x)", pin, (unsigned)error);
	}
	gChannels[channel] = 1;
	pinUse(pin, user);
	pwm->object = xsThis;
	xsmcSetHostData(xsThis, pwm);
	/* A pin keeps its signal even if the script keeps no reference. */
	xsRemember(pwm->object);
	if (xsmcHas(xsArg(0), xsID_target)) {
		xsSlot slot;
		xsmcGet(slot, xsArg(0), xsID_target);
		xsmcSet(xsThis, xsID_target, slot);
	}
}

void xs_pins_pwm_destructor(void* data)
{
	Pwm pwm = data;
	if (!pwm)
		return;
	closeChannel(pwm->channel);
	gChannels[pwm->channel] = 0;
	closeTimer(pwm->timer);
	pinFree(pwm->pin);
	free(pwm);
}

void xs_pins_pwm_close(xsMachine* the)
{
	Pwm pwm = xsmcGetHostData(xsThis);
	if (!pwm)
		return;
	pwm = xsmcGetHostDataValidate(xsThis, xs_pins_pwm_destructor);
	xsForget(pwm->object);
	xsmcSetHostData(xsThis, NULL);
	xs_pins_pwm_destructor(pwm);
}

static Pwm open(xsMachine* the)
{
	Pwm pwm = xsmcGetHostDataValidate(xsThis, xs_pins_pwm_destructor);
	if (!pwm)
		xsUnknownError("the PWM is closed");
	return pwm;
}

/* From 0, always low, to 2^resolution - 1, always high. */
void xs_pins_pwm_write(xsMachine* the)
{
	/* Before the object is looked up, since a valueOf() may close it. */
	double value = xsmcArgc < 1 ? -1 : xsmcToNumber(xsArg(0));
	Pwm pwm = open(the);
	int most = (1 << gTimers[pwm->timer].bits) - 1;
	if (!(value >= 0 && value <= most))
		xsRangeError("a value of this PWM is 0 to %d, not %g", most, value);
	/* A duty of 2^resolution would be always high as well, but not with 14 bits, by an erratum (ledc.c in esp-idf). */
	if ((int)value == most)
		ledc_stop(LEDC_LOW_SPEED_MODE, (ledc_channel_t)pwm->channel, 1);
	else {
		ledc_set_duty(LEDC_LOW_SPEED_MODE, (ledc_channel_t)pwm->channel, (uint32_t)value);
		ledc_update_duty(LEDC_LOW_SPEED_MODE, (ledc_channel_t)pwm->channel);
	}
}

void xs_pins_pwm_get_hz(xsMachine* the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)gTimers[open(the)->timer].hz);
}

void xs_pins_pwm_get_resolution(xsMachine* the)
{
	xsmcSetInteger(xsResult, gTimers[open(the)->timer].bits);
}
