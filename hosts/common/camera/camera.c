/* Opening, closing, and capturing: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include "esp_timer.h"

#include <stdio.h>

/* How long a closed camera's task takes to end: it may be in esp_camera_fb_get(), or in the midst of a restart. */
#define kTeardownTicks pdMS_TO_TICKS(MODDEF_CAMERA_PATIENCE + 4000)

static enum { kDriverFree, kDriverOpen, kDriverClosing } gDriver;
SemaphoreHandle_t gDriverClosed;
SemaphoreHandle_t gDriverMutex;

void xs_camera_destructor(void* data);
static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot);

static const xsHostHooks ICACHE_RODATA_ATTR cameraHooks = { xs_camera_destructor, markCamera, NULL };

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

/* Opening. The helpers use the constructor's xsVar(0) and xsVar(1). */

static int option(xsMachine* the, xsIdentifier id, int missing)
{
	if (!xsmcHas(xsArg(0), id))
		return missing;
	xsmcGet(xsVar(0), xsArg(0), id);
	return xsmcTypeOf(xsVar(0)) == xsUndefinedType ? missing : xsmcToInteger(xsVar(0));
}

static uint8_t optionIs(xsMachine* the, xsIdentifier id, const char* text)
{
	if (!xsmcHas(xsArg(0), id))
		return 0;
	xsmcGet(xsVar(0), xsArg(0), id);
	return !c_strcmp(xsmcToString(xsVar(0)), text);
}

static xsSlot* callbackOption(xsMachine* the, xsIdentifier id)
{
	if (!xsmcHas(xsArg(0), id))
		return NULL;
	xsmcGet(xsVar(0), xsArg(0), id);
	return xsmcIsCallable(xsVar(0)) ? xsmcToReference(xsVar(0)) : NULL;
}

/* Where the driver refused it for its pixels, the sensor is named in the error's property `sensor` too. */
static void fail(xsMachine* the, esp_err_t error, const camera_sensor_info_t* withoutJpeg)
{
	CameraText text;
	int length = snprintf(text, sizeof(text), "camera init failed (0x%x): ", (unsigned)error);
	if (withoutJpeg)
		snprintf(text + length, sizeof(text) - length, "the sensor %s gives no JPEG, which streaming needs",
			withoutJpeg->name);
	else
		snprintf(text + length, sizeof(text) - length, "%s", explainCameraError(error));
	xsmcSetString(xsVar(0), text);
	xsmcNew(xsVar(0), xsGlobal, xsID_Error, &xsVar(0), NULL);
	if (withoutJpeg) {
		xsmcSetString(xsVar(1), (char*)withoutJpeg->name);
		xsmcSet(xsVar(0), xsID_sensor, xsVar(1));
	}
	xsThrow(xsVar(0));
}

/* Which sensor there is, asked in a format that all of them have. NULL where none answers, or it has JPEG. */
static const camera_sensor_info_t* identifyWithoutJpeg(const camera_config_t* wanted)
{
	camera_config_t config = *wanted;
	const camera_sensor_info_t* info;
	config.pixel_format = PIXFORMAT_RGB565;
	config.frame_size = FRAMESIZE_96X96;
	config.fb_count = 1;
	config.grab_mode = CAMERA_GRAB_WHEN_EMPTY;
	if (esp_camera_init(&config) != ESP_OK)
		return NULL;
	info = esp_camera_sensor_get_info(&esp_camera_sensor_get()->id);
	esp_camera_deinit();
	return info && !info->support_jpeg ? info : NULL;
}

/*
	The driver allocates buffers for the frame size that it is opened with, and
	from then on the sensor can be set to a smaller one, not to a larger one. So it
	is opened with the largest that is to be had, which it lowers to the sensor's
	own, and where there is no memory for that, with the one that is wanted.
*/
static esp_err_t openDriver(Camera camera, framesize_t wanted)
{
	camera_config_t* config = &camera->config;
	sensor_t* sensor;
	esp_err_t error = esp_camera_init(config);
	if ((error == ESP_ERR_NO_MEM || error == ESP_FAIL) && config->frame_size != wanted) {
		config->frame_size = wanted;
		error = esp_camera_init(config);
	}
	if (error != ESP_OK)
		return error;
	sensor = esp_camera_sensor_get();
	camera->sensor = esp_camera_sensor_get_info(&sensor->id);
	camera->pixels = pixelsOf(sensor->status.framesize);
	if (wanted > camera->sensor->max_size)
		wanted = camera->sensor->max_size;
	if (wanted != sensor->status.framesize &&
		(!fitsCamera(camera, wanted) || sensor->set_framesize(sensor, wanted) != 0)) {
		esp_camera_deinit();
		return ESP_ERR_CAMERA_FAILED_TO_SET_FRAME_SIZE;
	}
	camera->settings[0] = (Setting){ kControl_framesize, (int32_t)wanted };
	camera->settingCount = 1;
	camera->open = 1;
	return ESP_OK;
}

void xs_camera_constructor(xsMachine* the)
{
	xsmcVars(2);
	int frameSize = option(the, xsID_frameSize, FRAMESIZE_QVGA);
	int maxFrameSize = option(the, xsID_maxFrameSize, FRAMESIZE_5MP);
	camera_config_t config = {
		.pin_pwdn = option(the, xsID_pwdn, -1),
		.pin_reset = option(the, xsID_reset, -1),
		.pin_xclk = option(the, xsID_xclk, -1),
		.pin_sccb_sda = option(the, xsID_sda, -1),
		.pin_sccb_scl = option(the, xsID_scl, -1),
		.pin_d7 = option(the, xsID_d7, -1),
		.pin_d6 = option(the, xsID_d6, -1),
		.pin_d5 = option(the, xsID_d5, -1),
		.pin_d4 = option(the, xsID_d4, -1),
		.pin_d3 = option(the, xsID_d3, -1),
		.pin_d2 = option(the, xsID_d2, -1),
		.pin_d1 = option(the, xsID_d1, -1),
		.pin_d0 = option(the, xsID_d0, -1),
		.pin_vsync = option(the, xsID_vsync, -1),
		.pin_href = option(the, xsID_href, -1),
		.pin_pclk = option(the, xsID_pclk, -1),
		.xclk_freq_hz = option(the, xsID_xclkFrequency, 20000000),
		.ledc_timer = LEDC_TIMER_0,
		.ledc_channel = LEDC_CHANNEL_0,
		.pixel_format = PIXFORMAT_JPEG,
		.jpeg_quality = option(the, xsID_quality, 12),
		.fb_count = (size_t)option(the, xsID_frameBufferCount, 3),
		.fb_location = CAMERA_FB_IN_PSRAM,
		.sccb_i2c_port = option(the, xsID_i2cPort, 1),
	};
	const camera_sensor_info_t* withoutJpeg = NULL;
	Camera camera;
	esp_err_t error;

	if (frameSize < 0 || frameSize >= FRAMESIZE_INVALID || maxFrameSize < 0 || maxFrameSize >= FRAMESIZE_INVALID ||
		(int)config.fb_count < 1)
		fail(the, ESP_ERR_INVALID_ARG, NULL);
	config.frame_size = pixelsOf((framesize_t)maxFrameSize) < pixelsOf((framesize_t)frameSize)
	                        ? (framesize_t)frameSize
	                        : (framesize_t)maxFrameSize;
	/* With one buffer the driver only knows "when empty" (cam_hal.c). */
	config.grab_mode =
		config.fb_count > 1 && !optionIs(the, xsID_grabMode, "whenEmpty") ? CAMERA_GRAB_LATEST : CAMERA_GRAB_WHEN_EMPTY;

	if (!gDriverClosed)
		gDriverClosed = xSemaphoreCreateBinary();
	if (!gDriverMutex)
		gDriverMutex = xSemaphoreCreateMutex();
	if (!gDriverClosed || !gDriverMutex)
		xsUnknownError("no memory for the camera");
	if (gDriver == kDriverClosing && xSemaphoreTake(gDriverClosed, kTeardownTicks) == pdTRUE)
		gDriver = kDriverFree;
	if (gDriver != kDriverFree)
		fail(the, ESP_ERR_INVALID_STATE, NULL);

	camera = c_calloc(1, sizeof(CameraRecord));
	if (camera)
		camera->mutex = xSemaphoreCreateMutex();
	if (!camera || !camera->mutex) {
		c_free(camera);
		xsUnknownError("no memory for the camera");
	}
	camera->the = the;
	camera->uses = 1;
	camera->config = config;
	camera->bufferCount = config.fb_count;
	xsmcSetHostData(xsThis, camera);
	xsSetHostHooks(xsThis, (xsHostHooks*)&cameraHooks);
	camera->onReadable = callbackOption(the, xsID_onReadable);
	camera->onError = callbackOption(the, xsID_onError);
	camera->onRestart = callbackOption(the, xsID_onRestart);
	camera->framePrototype = xsmcToReference(xsArg(1));

	error = openDriver(camera, (framesize_t)frameSize);
	if (error == ESP_ERR_NOT_SUPPORTED)
		withoutJpeg = identifyWithoutJpeg(&config);
	if (error == ESP_OK) {
		camera->uses = 2;
		if (xTaskCreate(captureTask, "camera", kTaskStack, camera, kTaskPriority, &camera->task) != pdPASS) {
			camera->uses = 1;
			esp_camera_deinit();
			error = ESP_ERR_NO_MEM;
		}
	}
	if (error != ESP_OK)
		fail(the, error, withoutJpeg);
	gDriver = kDriverOpen;
	camera->object = xsThis;
	xsRemember(camera->object);
}

/* Closing: the end of the object. The task ends by itself, wherever it is. */

static void end(Camera camera)
{
	camera->onReadable = camera->onError = camera->onRestart = camera->framePrototype = NULL;
	/* Without a task it never opened the driver, and the frames that are out are another camera's. */
	if (camera->task) {
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
		end(data);
}

static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Camera camera = data;
	if (!camera)
		return;
	if (camera->onReadable)
		(*markRoot)(the, camera->onReadable);
	if (camera->onError)
		(*markRoot)(the, camera->onError);
	if (camera->onRestart)
		(*markRoot)(the, camera->onRestart);
	if (camera->framePrototype)
		(*markRoot)(the, camera->framePrototype);
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
		end(camera);
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
