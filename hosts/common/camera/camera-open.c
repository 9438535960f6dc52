/* Opening, by the capture task: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include <stdio.h>

/* How long a closed camera's task takes to end: it may be in esp_camera_fb_get(), or in the midst of a restart. */
#define kTeardownTicks pdMS_TO_TICKS(MODDEF_CAMERA_PATIENCE + 4000)

/* The camera that is being opened, or whose opening has ended since the constructor stopped to wait for that. */
static Camera gOpening;
static SemaphoreHandle_t gDriverOpened; /* given when the opening has ended, in success or failure */

/* The helpers use the constructor's variables: the first two for a value at a time, the others for the callbacks. */
enum { kFirstCallback = 2, kCallbacks = 4 };

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

/* The function stays in a variable: a getter may have made it, and nothing else would keep it until it is the camera's. */
static xsSlot* callbackOption(xsMachine* the, xsIdentifier id, int index)
{
	int variable = kFirstCallback + index;
	if (!xsmcHas(xsArg(0), id))
		return NULL;
	xsmcGet(xsVar(variable), xsArg(0), id);
	return xsmcIsCallable(xsVar(variable)) ? xsmcToReference(xsVar(variable)) : NULL;
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

/* Throws the error of a driver whose task is still opening it: property `pending` is true. */
static void failPending(xsMachine* the)
{
	xsmcSetString(xsVar(0), "the camera is being opened; if that takes long, its bus is stuck");
	xsmcNew(xsVar(0), xsGlobal, xsID_Error, &xsVar(0), NULL);
	xsmcSetBoolean(xsVar(1), 1);
	xsmcSet(xsVar(0), xsID_pending, xsVar(1));
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
	lockCamera(camera);
	copyStatus(camera);
	unlockCamera(camera);
	return ESP_OK;
}

/* For the task. Returns whether the driver is open. */
uint8_t openCamera(Camera camera)
{
	esp_err_t error = ESP_ERR_INVALID_STATE;
	if (!camera->waitsForClosing || xSemaphoreTake(gDriverClosed, kTeardownTicks) == pdTRUE) {
		camera->waitsForClosing = 0;
		error = openDriver(camera, (framesize_t)camera->request.frameSize);
		if (error == ESP_ERR_NOT_SUPPORTED)
			camera->withoutJpeg = identifyWithoutJpeg(&camera->request.config);
	}
	lockCamera(camera);
	camera->error = error;
	camera->opened = 1;
	camera->failed = error != ESP_OK;
	unlockCamera(camera);
	xSemaphoreGive(gDriverOpened);
	return error == ESP_OK;
}

static uint8_t isOpened(Camera camera)
{
	lockCamera(camera);
	uint8_t opened = camera->opened;
	unlockCamera(camera);
	return opened;
}

void forgetOpening(Camera camera)
{
	if (gOpening == camera)
		gOpening = NULL;
}

/* Returns what the script asks for; all bytes of it are set, to be compared. Throws if it makes no sense. */
static CameraRequest readRequest(xsMachine* the)
{
	CameraRequest request;
	camera_config_t* config = &request.config;
	int maxFrameSize = option(the, xsID_maxFrameSize, FRAMESIZE_5MP);
	c_memset(&request, 0, sizeof(request));
	request.frameSize = option(the, xsID_frameSize, FRAMESIZE_QVGA);
	config->pin_pwdn = option(the, xsID_pwdn, -1);
	config->pin_reset = option(the, xsID_reset, -1);
	config->pin_xclk = option(the, xsID_xclk, -1);
	config->pin_sccb_sda = option(the, xsID_sda, -1);
	config->pin_sccb_scl = option(the, xsID_scl, -1);
	config->pin_d7 = option(the, xsID_d7, -1);
	config->pin_d6 = option(the, xsID_d6, -1);
	config->pin_d5 = option(the, xsID_d5, -1);
	config->pin_d4 = option(the, xsID_d4, -1);
	config->pin_d3 = option(the, xsID_d3, -1);
	config->pin_d2 = option(the, xsID_d2, -1);
	config->pin_d1 = option(the, xsID_d1, -1);
	config->pin_d0 = option(the, xsID_d0, -1);
	config->pin_vsync = option(the, xsID_vsync, -1);
	config->pin_href = option(the, xsID_href, -1);
	config->pin_pclk = option(the, xsID_pclk, -1);
	config->xclk_freq_hz = option(the, xsID_xclkFrequency, 20000000);
	config->ledc_timer = LEDC_TIMER_0;
	config->ledc_channel = LEDC_CHANNEL_0;
	config->pixel_format = PIXFORMAT_JPEG;
	config->jpeg_quality = option(the, xsID_quality, 12);
	config->fb_count = (size_t)option(the, xsID_frameBufferCount, 3);
	config->fb_location = CAMERA_FB_IN_PSRAM;
	config->sccb_i2c_port = option(the, xsID_i2cPort, 1);

	if (request.frameSize < 0 || request.frameSize >= FRAMESIZE_INVALID || maxFrameSize < 0 ||
		maxFrameSize >= FRAMESIZE_INVALID || (int)config->fb_count < 1)
		fail(the, ESP_ERR_INVALID_ARG, NULL);
	config->frame_size = pixelsOf((framesize_t)maxFrameSize) < pixelsOf((framesize_t)request.frameSize)
	                         ? (framesize_t)request.frameSize
	                         : (framesize_t)maxFrameSize;
	/* With one buffer the driver only knows "when empty" (cam_hal.c). */
	config->grab_mode = config->fb_count > 1 && !optionIs(the, xsID_grabMode, "whenEmpty") ? CAMERA_GRAB_LATEST
	                                                                                       : CAMERA_GRAB_WHEN_EMPTY;
	return request;
}

static void createSemaphores(xsMachine* the)
{
	if (!gDriverClosed)
		gDriverClosed = xSemaphoreCreateBinary();
	if (!gDriverOpened)
		gDriverOpened = xSemaphoreCreateBinary();
	if (!gDriverMutex)
		gDriverMutex = xSemaphoreCreateMutex();
	if (!gBusDone)
		gBusDone = xSemaphoreCreateBinary();
	if (!gDriverClosed || !gDriverOpened || !gDriverMutex || !gBusDone)
		xsUnknownError("no memory for the camera");
}

/* Makes xsThis the camera's object. Nothing in here throws. */
static void attach(xsMachine* the, Camera camera, const CameraCallbacks* callbacks)
{
	xsmcSetHostData(xsThis, camera);
	xsSetHostHooks(xsThis, (xsHostHooks*)&cameraHooks);
	camera->callbacks = *callbacks;
	camera->object = xsThis;
	xsRemember(camera->object);
	gCamera = camera;
}

/* Detaches the camera from the object of an earlier constructor. */
static void detach(xsMachine* the, Camera camera)
{
	xsmcSetHostData(camera->object, NULL);
	xsForget(camera->object);
	gCamera = NULL;
}

/* Has a task open the driver. */
static void beginOpening(xsMachine* the, const CameraRequest* request, const CameraCallbacks* callbacks)
{
	Camera camera = c_calloc(1, sizeof(CameraRecord));
	if (camera)
		camera->mutex = xSemaphoreCreateMutex();
	if (!camera || !camera->mutex) {
		c_free(camera);
		xsUnknownError("no memory for the camera");
	}
	camera->the = the;
	camera->request = *request;
	camera->config = request->config;
	camera->bufferCount = request->config.fb_count;
	camera->waitsForClosing = gDriver == kDriverClosing;
	camera->uses = 2;
	if (xTaskCreate(captureTask, "camera", kTaskStack, camera, kTaskPriority, &camera->task) != pdPASS) {
		camera->uses = 1;
		releaseCamera(camera);
		fail(the, ESP_ERR_NO_MEM, NULL);
	}
	gOpening = camera;
	gDriver = kDriverOpen;
	attach(the, camera, callbacks);
}

/* Throws if the opening has failed. */
static void endOpening(xsMachine* the, const CameraCallbacks* callbacks)
{
	Camera camera = gOpening;
	esp_err_t error = camera->error;
	const camera_sensor_info_t* withoutJpeg = camera->withoutJpeg;
	detach(the, camera);
	if (error == ESP_OK) {
		gOpening = NULL;
		attach(the, camera, callbacks);
		return;
	}
	closeCamera(camera);
	fail(the, error, withoutJpeg);
}

/*
	Opens the driver, or fetches the one that an earlier call with the same options has begun to open: that call has thrown an
	error since it did not wait for longer.
*/
void xs_camera_constructor(xsMachine* the)
{
	xsmcVars(kFirstCallback + kCallbacks);
	CameraRequest request = readRequest(the);
	CameraCallbacks callbacks = {
		.onReadable = callbackOption(the, xsID_onReadable, 0),
		.onError = callbackOption(the, xsID_onError, 1),
		.onRestart = callbackOption(the, xsID_onRestart, 2),
		.onResult = callbackOption(the, xsID_onResult, 3),
		.framePrototype = xsmcToReference(xsArg(1)),
	};
	TickType_t wait = pdMS_TO_TICKS(option(the, xsID_openWait, MODDEF_CAMERA_OPEN_WAIT));
	createSemaphores(the);
	if (gOpening) {
		if (!isOpened(gOpening))
			failPending(the);
		if (c_memcmp(&gOpening->request, &request, sizeof(request))) {
			xSemaphoreTake(gDriverOpened, 0);
			detach(the, gOpening);
			closeCamera(gOpening);
		}
	}
	else if (gDriver == kDriverOpen)
		fail(the, ESP_ERR_INVALID_STATE, NULL);
	if (!gOpening)
		beginOpening(the, &request, &callbacks);
	if (xSemaphoreTake(gDriverOpened, wait) != pdTRUE)
		failPending(the);
	endOpening(the, &callbacks);
}

void xs_camera_get_pending(xsMachine* the)
{
	xsmcSetBoolean(xsResult, gOpening != NULL);
}

void xs_camera_get_opening(xsMachine* the)
{
	xsmcSetBoolean(xsResult, gOpening && !isOpened(gOpening));
}

void xs_camera_get_current(xsMachine* the)
{
	if (gCamera && gCamera != gOpening)
		xsResult = gCamera->object;
}
