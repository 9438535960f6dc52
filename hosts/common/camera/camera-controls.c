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

static int controlOf(const camera_status_t* status, Control control)
{
	switch (control) {
#define CONTROL_GET(FIELD, SETTER) \
	case kControl_##FIELD: return status->FIELD;
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

void copyStatus(Camera camera)
{
	const sensor_t* sensor = esp_camera_sensor_get();
	lockCamera(camera);
	camera->status = sensor->status;
	camera->clock = sensor->xclk_freq_hz / 1000000;
	camera->pixelFormat = sensor->pixformat;
	unlockCamera(camera);
}

/* Requests, in the task */

static uint8_t change(Camera camera, sensor_t* sensor, const Setting* setting)
{
	Control control = (Control)setting->control;
	if ((control == kControl_framesize && !fitsCamera(camera, setting->value)) ||
		!setControl(sensor, control, setting->value))
		return 0;
	remember(camera, control, setting->value);
	if (control == kControl_framesize)
		expectFrameSize(camera);
	return 1;
}

/* Sets all of them; if one is refused, those before it go back to what they were, which the sensor took once. */
static int changeAll(Camera camera, sensor_t* sensor, const SensorRequest* request)
{
	Setting former[kControlCount];
	int i;
	for (i = 0; i < request->count; i++) {
		const Setting* setting = &request->changes[i];
		former[i] = (Setting){ setting->control, controlOf(&sensor->status, (Control)setting->control) };
		if (!change(camera, sensor, setting)) {
			int refused = i;
			while (i--)
				change(camera, sensor, &former[i]);
			return refused;
		}
	}
	return kFulfilled;
}

static int execute(Camera camera, const SensorRequest* request)
{
	sensor_t* sensor = esp_camera_sensor_get();
	const int* v = request->values;
	int error = -1, result = 0;
	switch (request->command) {
	case kChange: return changeAll(camera, sensor, request);
	/* MHz; the driver divides by it */
	case kClock:
		if (v[0] >= 1 && v[0] <= 40 && sensor->set_xclk)
			error = sensor->set_xclk(sensor, camera->config.ledc_timer, v[0]);
		if (!error)
			camera->config.xclk_freq_hz = v[0] * 1000000;
		break;
	/* What CameraWebServer has for those who try out a sensor; lost with a restart. */
	/* register, mask */
	case kReadRegister:
		result = sensor->get_reg ? sensor->get_reg(sensor, v[0], v[1]) : -1;
		error = result < 0;
		break;
	/* register, mask, value */
	case kWriteRegister:
		if (sensor->set_reg)
			error = sensor->set_reg(sensor, v[0], v[1], v[2]);
		break;
	/* bypass, mul, sys, root, pre, seld5, pclken, pclk */
	case kPll:
		if (sensor->set_pll)
			error = sensor->set_pll(sensor, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
		break;
	/* start, end, offset, total and output, x and y each; scale, binning */
	case kWindow:
		if (sensor->set_res_raw)
			error =
				sensor->set_res_raw(sensor, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11]);
		break;
	}
	return error ? kRefused : result;
}

void handleRequest(Camera camera)
{
	lockCamera(camera);
	uint8_t requested = camera->requested && !camera->handled;
	unlockCamera(camera);
	/* The machine does not change it until it has the result. */
	if (!requested)
		return;
	int result = execute(camera, &camera->sensorRequest);
	copyStatus(camera);
	lockCamera(camera);
	camera->result = result;
	camera->handled = 1;
	uint8_t toPost = claimMessage(camera);
	unlockCamera(camera);
	if (toPost)
		postMessage(camera);
}

uint8_t failRequest(Camera camera)
{
	if (!camera->requested || camera->handled)
		return 0;
	camera->result = kNotHandled;
	camera->handled = 1;
	return claimMessage(camera);
}

/* The script's side. Its requests come one at a time: camera.js sees to that. */

static void nameOf(xsMachine* the, int argument, char name[32])
{
	xsmcToStringBuffer(xsArg(argument), name, 32);
}

static void submit(xsMachine* the, Camera camera, const SensorRequest* request)
{
	lockCamera(camera);
	uint8_t restarting = camera->restarting, busy = camera->requested;
	if (!restarting && !busy) {
		camera->sensorRequest = *request;
		camera->requested = 1;
	}
	unlockCamera(camera);
	if (restarting)
		xsUnknownError("the camera is restarting");
	if (busy)
		xsUnknownError("the camera has a request already");
	xTaskNotifyGive(camera->task);
}

void xs_camera_get(xsMachine* the)
{
	Camera camera = cameraOf(the);
	char name[32];
	nameOf(the, 0, name);
	Control control = controlNamed(name);

	lockCamera(camera);
	uint8_t restarting = camera->restarting;
	int clock = camera->clock, pixelFormat = camera->pixelFormat, value = controlOf(&camera->status, control);
	unlockCamera(camera);
	if (restarting)
		xsUnknownError("the camera is restarting");
	if (control != kNoControl)
		xsmcSetInteger(xsResult, value);
	else if (!c_strcmp(name, "xclk"))
		xsmcSetInteger(xsResult, clock);
	else if (!c_strcmp(name, "pixformat"))
		xsmcSetInteger(xsResult, pixelFormat);
}

/* Names and values, one after the other. */
void xs_camera_change(xsMachine* the)
{
	Camera camera = cameraOf(the);
	SensorRequest request = { .command = kChange };
	int i, count = xsmcArgc / 2;
	if (count > kControlCount)
		xsRangeError("too many controls");
	for (i = 0; i < count; i++) {
		char name[32];
		nameOf(the, 2 * i, name);
		request.changes[i] = (Setting){ controlNamed(name), xsmcToInteger(xsArg(2 * i + 1)) };
	}
	request.count = count;
	submit(the, camera, &request);
}

/* A name, and the integers that belong to it. */
void xs_camera_command(xsMachine* the)
{
	static const char* const names[] = {
		[kClock] = "xclk", [kReadRegister] = "greg", [kWriteRegister] = "reg", [kPll] = "pll", [kWindow] = "res_raw"
	};
	Camera camera = cameraOf(the);
	SensorRequest request = { .command = kClock };
	char name[32];
	int i;
	nameOf(the, 0, name);
	while (request.command < kNoCommand && c_strcmp(name, names[request.command]))
		request.command++;
	if (request.command == kNoCommand)
		xsUnknownError("%s is not a command of the camera", name);
	for (i = 0; i < kMostValues; i++)
		request.values[i] = i + 1 < xsmcArgc ? xsmcToInteger(xsArg(i + 1)) : 0;
	submit(the, camera, &request);
}
