/* The simulated sensors. Each accepts, refuses and limits values as its driver does. */
#pragma once

#include "esp_camera.h"
#include "sensor-process.h"

/* Set the sensor's functions, and its state after the driver's reset. */
void sensorOpenOV2640(sensor_t* sensor);
void sensorOpenOV3660(sensor_t* sensor);
void sensorOpenOV5640(sensor_t* sensor);
void sensorOpenGC0308(sensor_t* sensor);

/* For experiments with a sensor: its registers keep their values, but do not affect the picture. */
void registersClear(void);
/* Access one, two or three registers of eight bits, depending on the mask's size. The first is the most significant. */
int registersGet(int reg, int mask);
int registersSet(int reg, int mask, int value);

/* For all four sensors */
int sensorSetXclk(sensor_t* sensor, int timer, int xclk);
/* Refuses a control that the drivers log as "Unsupported" */
int sensorUnsupported(sensor_t* sensor, int value);

/*
	Most controls: the driver keeps a number from LEAST to MOST in the status and
	writes it to the chip. It refuses others.
*/
#define SENSOR_LEVEL(FIELD, LEAST, MOST) \
	static int set_##FIELD(sensor_t* sensor, int value) \
	{ \
		if (value < (LEAST) || value > (MOST)) \
			return -1; \
		sensor->status.FIELD = value; \
		return sensorSet(#FIELD, value); \
	}

/* Some controls: the driver limits the number to 0 and MOST. */
#define SENSOR_LIMITED(FIELD, MOST) \
	static int set_##FIELD(sensor_t* sensor, int value) \
	{ \
		sensor->status.FIELD = value<0 ? 0 : value>(MOST) ? (MOST) : value; \
		return sensorSet(#FIELD, sensor->status.FIELD); \
	}

/* Controls that are on or off: the driver keeps any number, and the chip gets a bit. */
#define SENSOR_SWITCH(FIELD) \
	static int set_##FIELD(sensor_t* sensor, int enable) \
	{ \
		sensor->status.FIELD = (uint8_t)enable; \
		return sensorSet(#FIELD, enable != 0); \
	}
