/* The sensor's controls: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include "esp_timer.h"

static Control controlNamed(const char* name)
{
	static const char* const names[] = {
#define CONTROL_NAME(FIELD, SETTER) #FIELD,
		CONTROLS(CONTROL_NAME)
	};
	int control = 0;
	while (control < kControlCount && c_strcmp(name, names[control]))
		control++;
	return (Control)control;
}

static int controlOf(const sensor_t* sensor, Control control)
{
	switch (control) {
#define CONTROL_GET(FIELD, SETTER) \
	case kControl_##FIELD: return sensor->status.FIELD;
		CONTROLS(CONTROL_GET)
	default: return 0;
	}
}

/* True where the sensor took the value. */
static uint8_t setControl(sensor_t* sensor, Control control, int value)
{
	switch (control) {
#define CONTROL_SET(FIELD, SETTER) \
	case kControl_##FIELD: return sensor->SETTER && sensor->SETTER(sensor, value) == 0;
		CONTROLS(CONTROL_SET)
	default: return 0;
	}
}

/* In the order in which they were set: some settings act on others. */
static void remember(Camera camera, Control control, int value)
{
	Setting* setting = camera->settings;
	Setting* end = setting + camera->settingCount;
	while (setting < end && setting->control != control)
		setting++;
	if (setting < end) {
		c_memmove(setting, setting + 1, (uint8_t*)end - (uint8_t*)(setting + 1));
		camera->settingCount--;
	}
	camera->settings[camera->settingCount++] = (Setting){ control, value };
}

void restoreSettings(Camera camera, sensor_t* sensor)
{
	uint8_t i;
	for (i = 0; i < camera->settingCount; i++)
		setControl(sensor, (Control)camera->settings[i].control, camera->settings[i].value);
}

/* Frames under way have the old size, and the driver would call it the new one. */
static void expectFrameSize(Camera camera)
{
	lockCamera(camera);
	camera->freshFrom = esp_timer_get_time();
	unlockCamera(camera);
}

uint32_t pixelsOf(framesize_t size)
{
	return (uint32_t)resolution[size].width * resolution[size].height;
}

uint8_t fitsCamera(Camera camera, int size)
{
	return size >= 0 && size <= (int)camera->sensor->max_size && pixelsOf((framesize_t)size) <= camera->pixels;
}

/* The sensor, until giveSensor(). In between nothing may throw. */
static sensor_t* takeSensor(xsMachine* the, Camera camera)
{
	if (xSemaphoreTake(gDriverMutex, 0) != pdTRUE)
		xsUnknownError("the camera is restarting");
	if (!camera->open) {
		xSemaphoreGive(gDriverMutex);
		xsUnknownError("the camera is restarting");
	}
	return esp_camera_sensor_get();
}

static void giveSensor(void)
{
	xSemaphoreGive(gDriverMutex);
}

/* The name of a control, and the integers that follow it. */
enum { kMostValues = 12 };

static void controlArguments(xsMachine* the, char name[32], int values[kMostValues])
{
	int count = xsmcArgc - 1, i;
	xsmcToStringBuffer(xsArg(0), name, 32);
	for (i = 0; i < kMostValues; i++)
		values[i] = i < count ? xsmcToInteger(xsArg(i + 1)) : 0;
}

void xs_camera_get(xsMachine* the)
{
	Camera camera = cameraOf(the);
	char name[32];
	int values[kMostValues], value = -1;
	uint8_t known = 1;
	controlArguments(the, name, values);
	Control control = controlNamed(name);

	sensor_t* sensor = takeSensor(the, camera);
	if (control != kNoControl)
		value = controlOf(sensor, control);
	else if (!c_strcmp(name, "xclk"))
		value = sensor->xclk_freq_hz / 1000000;
	else if (!c_strcmp(name, "pixformat"))
		value = sensor->pixformat;
	else {
		/* reg, mask */
		if (!c_strcmp(name, "reg") && sensor->get_reg)
			value = sensor->get_reg(sensor, values[0], values[1]);
		known = value >= 0;
	}
	giveSensor();
	if (known)
		xsmcSetInteger(xsResult, value);
}

void xs_camera_set(xsMachine* the)
{
	Camera camera = cameraOf(the);
	char name[32];
	int v[kMostValues];
	uint8_t taken = 0;
	controlArguments(the, name, v);
	Control control = controlNamed(name);

	sensor_t* sensor = takeSensor(the, camera);
	if (control != kNoControl) {
		taken = (control != kControl_framesize || fitsCamera(camera, v[0])) && setControl(sensor, control, v[0]);
		if (taken)
			remember(camera, control, v[0]);
		if (taken && control == kControl_framesize)
			expectFrameSize(camera);
	}
	/* MHz; the driver divides by it */
	else if (!c_strcmp(name, "xclk")) {
		taken = v[0] >= 1 && v[0] <= 40 && sensor->set_xclk &&
		        sensor->set_xclk(sensor, camera->config.ledc_timer, v[0]) == 0;
		if (taken)
			camera->config.xclk_freq_hz = v[0] * 1000000;
	}
	/* What CameraWebServer has for those who try out a sensor; lost with a restart. reg, mask, value */
	else if (!c_strcmp(name, "reg"))
		taken = sensor->set_reg && sensor->set_reg(sensor, v[0], v[1], v[2]) == 0;
	/* bypass, mul, sys, root, pre, seld5, pclken, pclk */
	else if (!c_strcmp(name, "pll"))
		taken = sensor->set_pll && sensor->set_pll(sensor, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]) == 0;
	/* start, end, offset, total and output, x and y each; scale, binning */
	else if (!c_strcmp(name, "res_raw"))
		taken = sensor->set_res_raw && sensor->set_res_raw(sensor, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8],
										   v[9], v[10], v[11]) == 0;
	giveSensor();
	xsmcSetBoolean(xsResult, taken);
}
