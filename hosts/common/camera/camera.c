/* Closing, and capturing: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include "esp_timer.h"

DriverState gDriver;
Camera gCamera;
SemaphoreHandle_t gDriverClosed;
SemaphoreHandle_t gDriverMutex;

void xs_camera_destructor(void* data);
static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot);

const xsHostHooks ICACHE_RODATA_ATTR cameraHooks = { xs_camera_destructor, markCamera, NULL };

void lockCamera(Camera camera)
{
	xSemaphoreTake(camera->mutex, portMAX_DELAY);
}

void unlockCamera(Camera camera)
{
	xSemaphoreGive(camera->mutex);
}

void releaseCamera(Camera camera)
{
	lockCamera(camera);
	uint8_t last = !--camera->uses;
	unlockCamera(camera);
	if (last) {
		vSemaphoreDelete(camera->mutex);
		c_free(camera);
	}
}

void returnBuffer(Camera camera, camera_fb_t* fb)
{
	if (camera->lent-- == camera->bufferCount)
		camera->roomSince = esp_timer_get_time();
	esp_camera_fb_return(fb);
}

void returnLatest(Camera camera)
{
	if (camera->latest)
		returnBuffer(camera, camera->latest);
	camera->latest = NULL;
}

/* Closing: the end of the object. The task ends by itself, wherever it is. */

void closeCamera(Camera camera)
{
	camera->callbacks = (CameraCallbacks){ 0 };
	forgetOpening(camera);
	if (gCamera == camera)
		gCamera = NULL;
	lockCamera(camera);
	uint8_t failed = camera->failed;
	unlockCamera(camera);
	/* The task of a driver that could not be opened has ended, and the driver is free. */
	if (failed)
		gDriver = camera->waitsForClosing ? kDriverClosing : kDriverFree;
	else {
		/* Every frame the driver lent comes back before its buffers go. */
		dropAllFrames();
		gDriver = kDriverClosing;
		lockCamera(camera);
		camera->closing = 1;
		returnLatest(camera);
		/* Once unlocked, the task may be gone at any time, and the driver with it. */
		xTaskNotifyGive(camera->task);
		unlockCamera(camera);
	}
	releaseCamera(camera);
}

void xs_camera_destructor(void* data)
{
	if (data)
		closeCamera(data);
}

static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Camera camera = data;
	if (!camera)
		return;
	if (camera->callbacks.onReadable)
		(*markRoot)(the, camera->callbacks.onReadable);
	if (camera->callbacks.onError)
		(*markRoot)(the, camera->callbacks.onError);
	if (camera->callbacks.onRestart)
		(*markRoot)(the, camera->callbacks.onRestart);
	if (camera->callbacks.onResult)
		(*markRoot)(the, camera->callbacks.onResult);
	if (camera->callbacks.framePrototype)
		(*markRoot)(the, camera->callbacks.framePrototype);
}

Camera cameraOf(xsMachine* the)
{
	Camera camera = xsmcGetHostDataValidate(xsThis, (void*)&cameraHooks);
	if (!camera)
		xsUnknownError("the camera is closed");
	return camera;
}

void xs_camera_close(xsMachine* the)
{
	Camera camera = xsmcGetHostDataValidate(xsThis, (void*)&cameraHooks);
	if (camera) {
		emptyAllFrames(the);
		xsForget(camera->object);
		xsmcSetHostData(xsThis, NULL);
		closeCamera(camera);
	}
}

/* Capturing */

void xs_camera_start(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lockCamera(camera);
	if (!camera->running) {
		camera->running = 1;
		camera->told = 0;
		camera->freshFrom = esp_timer_get_time();
	}
	unlockCamera(camera);
	xTaskNotifyGive(camera->task);
}

void xs_camera_stop(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lockCamera(camera);
	camera->running = 0;
	camera->fault = kNoFault;
	returnLatest(camera);
	unlockCamera(camera);
}

void xs_camera_read(xsMachine* the)
{
	Camera camera = cameraOf(the);
	HeldFrame* held = newHeldFrame();
	camera_fb_t* fb;

	if (!held)
		xsUnknownError("no memory for a frame");
	lockCamera(camera);
	fb = camera->latest;
	camera->latest = NULL;
	unlockCamera(camera);
	if (fb)
		holdFrame(the, camera, held, fb);
	else
		c_free(held);
}

int64_t capturedAt(const camera_fb_t* fb)
{
	return (int64_t)fb->timestamp.tv_sec * 1000000 + fb->timestamp.tv_usec;
}

void xs_camera_get_now(xsMachine* the)
{
	xsmcSetNumber(xsResult, (double)esp_timer_get_time());
}

void xs_camera_get_dropped(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lockCamera(camera);
	uint32_t dropped = camera->dropped;
	unlockCamera(camera);
	xsmcSetNumber(xsResult, dropped);
}

void xs_camera_get_sensor(xsMachine* the)
{
	const camera_sensor_info_t* sensor = cameraOf(the)->sensor;
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	xsmcSetString(xsVar(0), (char*)sensor->name);
	xsmcSet(xsResult, xsID_name, xsVar(0));
	xsmcSetInteger(xsVar(0), sensor->pid);
	xsmcSet(xsResult, xsID_pid, xsVar(0));
	xsmcSetInteger(xsVar(0), sensor->max_size);
	xsmcSet(xsResult, xsID_maxFrameSize, xsVar(0));
	xsmcSetBoolean(xsVar(0), sensor->support_jpeg);
	xsmcSet(xsResult, xsID_jpeg, xsVar(0));
}
