/* The sensor's bus: a task for each request. See camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include "esp_timer.h"

/* A register that fails after this time, in microseconds, has found the bus stuck: a sensor that refuses does so at once. */
#define kStuckAfter ((int64_t)900 * 1000)

enum { kMostQuickChanges = 2 };

SemaphoreHandle_t gBusDone;

int controlOf(const camera_status_t* status, Control control)
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
	camera->status = sensor->status;
	camera->clock = sensor->xclk_freq_hz / 1000000;
	camera->pixelFormat = sensor->pixformat;
}

/* Setting, in the task, under the driver's mutex */

static uint8_t isAbandoned(Camera camera)
{
	lockCamera(camera);
	uint8_t abandoned = camera->bus == kBusAbandoned;
	unlockCamera(camera);
	return abandoned;
}

static uint8_t change(Camera camera, sensor_t* sensor, const Setting* setting)
{
	Control control = (Control)setting->control;
	if (control == kControl_framesize) {
		if (!fitsCamera(camera, setting->value))
			return 0;
		lockCamera(camera);
		camera->resizing = 1;
		unlockCamera(camera);
	}
	if (!setControl(sensor, control, setting->value))
		return 0;
	remember(camera, control, setting->value);
	return 1;
}

/* What there was before a change: the values that the sensor took once, and takes again. */
typedef struct {
	Setting settings[kControlCount];
	uint8_t count;
	camera_status_t status;
} Former;

/* Goes no further once the bus fails. The drivers' status has values that the sensor did not get. */
static void undo(Camera camera, sensor_t* sensor, Former* former)
{
	while (former->count && change(camera, sensor, &former->settings[former->count - 1]))
		former->count--;
	while (former->count--)
		remember(camera, (Control)former->settings[former->count].control, former->settings[former->count].value);
	former->count = 0;
	sensor->status = former->status;
}

static int changeAll(Camera camera, sensor_t* sensor, const SensorRequest* request, Former* former)
{
	int i;
	former->status = sensor->status;
	for (i = 0; i < request->count; i++) {
		const Setting* setting = &request->changes[i];
		int64_t begun = esp_timer_get_time();
		int value = controlOf(&sensor->status, (Control)setting->control);
		if (!change(camera, sensor, setting)) {
			int64_t passed = esp_timer_get_time() - begun;
			undo(camera, sensor, former);
			return passed >= kStuckAfter ? kStuck : kRefused - i;
		}
		former->settings[former->count++] = (Setting){ setting->control, value };
		if (isAbandoned(camera))
			return kStuck;
	}
	return 0;
}

static int execute(Camera camera, sensor_t* sensor, const SensorRequest* request)
{
	const int* v = request->values;
	int64_t begun = esp_timer_get_time();
	int error = -1, result = 0;
	switch (request->command) {
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
	if (!error)
		return result;
	return esp_timer_get_time() - begun >= kStuckAfter ? kStuck : kRefused;
}

/* Returns 0 if the request has been abandoned before. */
static uint8_t publish(Camera camera, int result, uint8_t hasSensor)
{
	uint8_t toPost = 0;
	lockCamera(camera);
	if (camera->bus == kBusAbandoned && result != kStuck) {
		unlockCamera(camera);
		return 0;
	}
	if (camera->resizing) {
		/* Frames under way have the former size, and the driver would call it the new one. */
		camera->resizing = 0;
		camera->freshFrom = esp_timer_get_time();
	}
	if (hasSensor)
		copyStatus(camera);
	camera->result = result;
	if (camera->bus == kBusAbandoned)
		camera->bus = kBusIdle;
	else {
		/* Given locked: later, it might end the machine's wait for the next request. */
		if (camera->bus == kBusAwaited)
			xSemaphoreGive(gBusDone);
		else
			toPost = claimMessage(camera);
		camera->bus = kBusDone;
	}
	unlockCamera(camera);
	if (toPost)
		postMessage(camera);
	return 1;
}

static void setSensor(Camera camera)
{
	const SensorRequest* request = &camera->sensorRequest;
	sensor_t* sensor = esp_camera_sensor_get();
	Former former;
	int result;
	former.count = 0;
	result =
		request->command == kChange ? changeAll(camera, sensor, request, &former) : execute(camera, sensor, request);
	if (result == kStuck && former.count)
		undo(camera, sensor, &former);
	if (!publish(camera, result, 1)) {
		if (request->command == kChange)
			undo(camera, sensor, &former);
		publish(camera, kStuck, 1);
	}
}

/*
	Returns whether it has the driver's mutex. The task before gives it just after its result. If the driver is being
	restarted, that may take half a minute.
*/
static uint8_t takeDriver(Camera camera)
{
	while (xSemaphoreTake(gDriverMutex, pdMS_TO_TICKS(5)) != pdTRUE) {
		lockCamera(camera);
		uint8_t isGone = camera->restarting || camera->closing || camera->bus == kBusAbandoned;
		unlockCamera(camera);
		if (isGone)
			return 0;
	}
	return 1;
}

static void busTask(void* parameter)
{
	Camera camera = parameter;
	uint8_t taken = takeDriver(camera);
	if (taken && camera->open)
		setSensor(camera);
	else if (!publish(camera, kRestarting, 0))
		publish(camera, kStuck, 0);
	if (taken)
		xSemaphoreGive(gDriverMutex);
	releaseCamera(camera);
	vTaskDelete(NULL);
}

/* The machine's side */

static const char* explainResult(int result)
{
	return result == kRestarting ? "the camera is restarting"
	                             : "the camera's bus is stuck; check the ribbon cable and the camera's power";
}

void tellResult(xsMachine* the, Camera camera, int result)
{
	if (!camera->callbacks.onResult)
		return;
	if (result <= kRestarting)
		xsmcSetString(xsVar(0), (char*)explainResult(result));
	else
		xsmcSetInteger(xsVar(0), result);
	xsCallFunction1(xsReference(camera->callbacks.onResult), camera->object, xsVar(0));
}

static void startTask(xsMachine* the, Camera camera, const SensorRequest* request, BusState state)
{
	BusState before;
	uint8_t restarting;
	lockCamera(camera);
	before = camera->bus;
	restarting = camera->restarting;
	if (before == kBusIdle && !restarting) {
		camera->bus = state;
		camera->sensorRequest = *request;
		camera->uses++;
	}
	unlockCamera(camera);
	if (restarting)
		xsUnknownError((char*)explainResult(kRestarting));
	if (before == kBusAbandoned)
		xsUnknownError((char*)explainResult(kStuck));
	if (before != kBusIdle)
		xsUnknownError("the camera's bus is in use");
	if (xTaskCreate(busTask, "camera bus", kBusTaskStack, camera, kBusTaskPriority, NULL) != pdPASS) {
		lockCamera(camera);
		camera->bus = kBusIdle;
		unlockCamera(camera);
		releaseCamera(camera);
		xsUnknownError("no memory for a change of the camera");
	}
}

/* Whether it has few registers. */
static uint8_t isQuick(const SensorRequest* request)
{
	uint8_t i;
	if (request->command != kChange)
		return request->command != kPll && request->command != kWindow;
	for (i = 0; i < request->count; i++) {
		if (request->changes[i].control == kControl_framesize)
			return 0;
	}
	return request->count <= kMostQuickChanges;
}

/* Starts the task, and waits. Returns whether there is a result; otherwise the request gets another state. */
static uint8_t startAndWait(
	xsMachine* the, Camera camera, const SensorRequest* request, TickType_t ticks, BusState otherwise, int* result)
{
	uint8_t done;
	xSemaphoreTake(gBusDone, 0);
	startTask(the, camera, request, kBusAwaited);
	xSemaphoreTake(gBusDone, ticks);
	lockCamera(camera);
	done = camera->bus == kBusDone;
	*result = camera->result;
	camera->bus = done ? kBusIdle : otherwise;
	unlockCamera(camera);
	return done;
}

void beginRequest(xsMachine* the, Camera camera, const SensorRequest* request)
{
	int result;
	if (!isQuick(request))
		startTask(the, camera, request, kBusAsked);
	else if (startAndWait(the, camera, request, pdMS_TO_TICKS(MODDEF_CAMERA_BUS_QUICK), kBusAsked, &result)) {
		xsmcVars(1);
		tellResult(the, camera, result);
	}
}

int awaitRequest(xsMachine* the, Camera camera, const SensorRequest* request)
{
	int result;
	if (!startAndWait(the, camera, request, pdMS_TO_TICKS(MODDEF_CAMERA_BUS_WAIT), kBusAbandoned, &result))
		result = kStuck;
	if (result <= kRestarting)
		xsUnknownError((char*)explainResult(result));
	return result;
}

/* Returns whether the request under way has no result yet, and will have none. */
void xs_camera_abandon(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lockCamera(camera);
	uint8_t asked = camera->bus == kBusAsked;
	if (asked)
		camera->bus = kBusAbandoned;
	unlockCamera(camera);
	xsmcSetBoolean(xsResult, asked);
}
