/* The process that plays the sensor chip: settings to it, frames from it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint32_t length; /* of the JPEG that follows, in bytes */
	uint16_t width, height;
	uint64_t timestamp; /* CLOCK_MONOTONIC, microseconds: when its exposure began */
} SensorFrame;

bool sensorSpawn(void);
void sensorSet(const char* name, int value);
void sensorStream(bool on);
/* These two block, for the thread that plays the DMA; false once the process has ended. */
bool sensorReadFrame(SensorFrame* frame);
bool sensorReadBytes(uint8_t* data, size_t length);
void sensorEnd(void);  /* the process ends and its pipes report it */
void sensorReap(void); /* after the last read */
