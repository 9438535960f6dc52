/* The simulated sensors: what each takes, refuses and limits, as its driver does. */
#pragma once

#include "esp_camera.h"

/* The functions of the sensor, and its state after the driver reset it. */
void sensorOpenOV2640(sensor_t* sensor);
void sensorOpenOV3660(sensor_t* sensor);
void sensorOpenOV5640(sensor_t* sensor);
void sensorOpenGC0308(sensor_t* sensor);

/* For those who try out a sensor: its registers hold what they are given, and the picture does not follow. */
void registersClear(void);
/* One, two or three of eight bits each, as many as the mask has: the first is the highest. */
int registersGet(int reg, int mask);
int registersSet(int reg, int mask, int value);

/* Of all four */
int sensorSetXclk(sensor_t* sensor, int timer, int xclk);
/* "Unsupported", as the drivers log it */
int sensorUnsupported(sensor_t* sensor, int value);

/*
	What a driver does with most controls: a number from LEAST to MOST is kept in the
	status and written to the chip; others are refused.
*/
#define SENSOR_LEVEL(FIELD, LEAST, MOST) \
	static int set_##FIELD(sensor_t* sensor, int value) \
	{ \
		if (value < (LEAST) || value > (MOST)) \
			return -1; \
		sensor->status.FIELD = value; \
		sensorSet(#FIELD, value); \
		return 0; \
	}

/* What it does with some: a number beyond 0 or MOST is that. */
#define SENSOR_LIMITED(FIELD, MOST) \
	static int set_##FIELD(sensor_t* sensor, int value) \
	{ \
		sensor->status.FIELD = value<0 ? 0 : value>(MOST) ? (MOST) : value; \
		sensorSet(#FIELD, sensor->status.FIELD); \
		return 0; \
	}

/* What it does with those that are on or off: any number is kept, and the chip gets a bit. */
#define SENSOR_SWITCH(FIELD) \
	static int set_##FIELD(sensor_t* sensor, int enable) \
	{ \
		sensor->status.FIELD = (uint8_t)enable; \
		sensorSet(#FIELD, enable != 0); \
		return 0; \
	}
