#include "sensor-models.h"

#include <string.h>

static uint8_t gRegisters[0x10000];

static int count(int mask)
{
	return mask > 0xffff ? 3 : mask > 0xff ? 2 : 1;
}

void registersClear(void)
{
	memset(gRegisters, 0, sizeof gRegisters);
}

int registersGet(int reg, int mask)
{
	unsigned value = 0;
	for (int i = 0; i < count(mask); i++)
		value = value << 8 | gRegisters[((unsigned)reg + (unsigned)i) & 0xffff];
	return (int)(value & (unsigned)mask);
}

int registersSet(int reg, int mask, int value)
{
	int bytes = count(mask);
	unsigned before = (unsigned)registersGet(reg, bytes == 3 ? 0xffffff : bytes == 2 ? 0xffff : 0xff);
	unsigned all = (before & ~(unsigned)mask) | ((unsigned)value & (unsigned)mask);
	for (int i = 0; i < bytes; i++)
		gRegisters[((unsigned)reg + (unsigned)i) & 0xffff] = (uint8_t)(all >> 8 * (bytes - 1 - i));
	return 0;
}

int sensorSetXclk(sensor_t* sensor, int timer, int xclk)
{
	(void)timer;
	sensor->xclk_freq_hz = xclk * 1000000;
	return 0;
}

int sensorUnsupported(sensor_t* sensor, int value)
{
	(void)sensor;
	(void)value;
	return -1;
}
