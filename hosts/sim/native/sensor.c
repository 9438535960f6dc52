/*
	The simulated sensors behind Espressif's sensor_t: their sizes and names
	(esp32-camera, driver/sensor.c), and the choice of one.
*/
#include "host.h"
#include "sensor-models.h"

#include <string.h>

const resolution_info_t resolution[] = {
	{ 96, 96, ASPECT_RATIO_1X1 },
	{ 160, 120, ASPECT_RATIO_4X3 },
	{ 128, 128, ASPECT_RATIO_1X1 },
	{ 176, 144, ASPECT_RATIO_5X4 },
	{ 240, 176, ASPECT_RATIO_4X3 },
	{ 240, 240, ASPECT_RATIO_1X1 },
	{ 320, 240, ASPECT_RATIO_4X3 },
	{ 320, 320, ASPECT_RATIO_1X1 },
	{ 400, 296, ASPECT_RATIO_4X3 },
	{ 480, 320, ASPECT_RATIO_3X2 },
	{ 640, 480, ASPECT_RATIO_4X3 },
	{ 800, 600, ASPECT_RATIO_4X3 },
	{ 1024, 768, ASPECT_RATIO_4X3 },
	{ 1280, 720, ASPECT_RATIO_16X9 },
	{ 1280, 1024, ASPECT_RATIO_5X4 },
	{ 1600, 1200, ASPECT_RATIO_4X3 },
	{ 1920, 1080, ASPECT_RATIO_16X9 },
	{ 720, 1280, ASPECT_RATIO_9X16 },
	{ 864, 1536, ASPECT_RATIO_9X16 },
	{ 2048, 1536, ASPECT_RATIO_4X3 },
	{ 2560, 1440, ASPECT_RATIO_16X9 },
	{ 2560, 1600, ASPECT_RATIO_16X10 },
	{ 1088, 1920, ASPECT_RATIO_9X16 },
	{ 2560, 1920, ASPECT_RATIO_4X3 },
	{ 2592, 1944, ASPECT_RATIO_4X3 },
};

/* By camera_model_t. The driver opens an OV5640 for QSXGA at most, although its set_framesize() takes 5MP. */
static const camera_sensor_info_t gSensors[CAMERA_MODEL_MAX] = {
	{ CAMERA_OV2640, "OV2640", OV2640_SCCB_ADDR, OV2640_PID, FRAMESIZE_UXGA, true },
	{ CAMERA_OV3660, "OV3660", OV3660_SCCB_ADDR, OV3660_PID, FRAMESIZE_QXGA, true },
	{ CAMERA_OV5640, "OV5640", OV5640_SCCB_ADDR, OV5640_PID, FRAMESIZE_QSXGA, true },
	{ CAMERA_GC0308, "GC0308", GC0308_SCCB_ADDR, GC0308_PID, FRAMESIZE_VGA, false },
};

static void (*const gOpeners[CAMERA_MODEL_MAX])(sensor_t* sensor) = {
	sensorOpenOV2640,
	sensorOpenOV3660,
	sensorOpenOV5640,
	sensorOpenGC0308,
};

camera_sensor_info_t* esp_camera_sensor_get_info(sensor_id_t* id)
{
	for (size_t i = 0; i < CAMERA_MODEL_MAX; i++) {
		if (id->PID == gSensors[i].pid)
			return (camera_sensor_info_t*)&gSensors[i]; /* as the driver does */
	}
	return NULL;
}

int sensorModel(const char* name)
{
	for (int i = 0; i < CAMERA_MODEL_MAX; i++) {
		if (!strcmp(name, gSensors[i].name))
			return i;
	}
	return -1;
}

void sensorReset(sensor_t* sensor)
{
	registersClear();
	gOpeners[gOptions.model](sensor);
}
