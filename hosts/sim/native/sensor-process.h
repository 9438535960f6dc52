/* The process that plays the sensor chip. It receives settings and sends frames. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint32_t length; /* of the JPEG that follows, in bytes */
	uint16_t width, height;
	uint64_t timestamp; /* microseconds of CLOCK_MONOTONIC at the start of the exposure */
} SensorFrame;

bool sensorSpawn(void);
/* Waits for as long as the bus takes for some registers. Returns 0, or -1 after a second if it is stuck. */
int sensorBus(int registers);
/* Sets a control, after the bus has taken its registers. Returns the same as sensorBus(). */
int sensorSet(const char* name, int value);
bool sensorInterrupted(void); /* whether the host is shutting down */
void sensorStream(bool on);
/* These two block, for the thread that plays the DMA. They return false once the process has ended. */
bool sensorReadFrame(SensorFrame* frame);
bool sensorReadBytes(uint8_t* data, size_t length);
void sensorEnd(void);  /* ends the process; its pipes report that */
void sensorReap(void); /* after the last read */
