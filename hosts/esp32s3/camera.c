/*
	The binding over Espressif's camera driver (esp32-camera, esp_camera.h), one
	file for the board and for the simulator.

	A FreeRTOS task waits in esp_camera_fb_get() and keeps the newest frame; a
	message, of which at most one is under way, tells the machine. No other call
	crosses from the task into the machine.

	A frame in the script's hands is a host buffer over the driver's own memory.
	It goes back to the driver once and only once: by close(), by detach(), which
	moves what a slow reader still needs into a copy, by the camera's close(), or
	by the garbage collector.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "esp_camera.h"
#include "esp_heap_caps.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

#define kTaskStack (4 * 1024)
#define kTaskPriority 10
/* esp_camera_fb_get() gives up after 4 s; an earlier camera's task is gone soon after. */
#define kTeardownTicks pdMS_TO_TICKS(6000)

typedef struct HeldFrame HeldFrame;
struct HeldFrame {
	HeldFrame* next;
	uint8_t* data;
	camera_fb_t* fb;          /* NULL: data is a copy of our own */
	xsSlot* object;           /* the host buffer over data */
	uint32_t length;
	uint16_t width, height;
	double timestamp;         /* microseconds since boot */
};

typedef struct {
	xsMachine* the;
	xsSlot object;
	xsSlot* onReadable;
	xsSlot* onError;
	xsSlot* framePrototype;
	TaskHandle_t task;

	/* Shared with the task, under the mutex */
	SemaphoreHandle_t mutex;
	camera_fb_t* latest;      /* captured and not yet read */
	int64_t startedAt;        /* frames from before start() are stale */
	uint8_t running;
	uint8_t closing;
	uint8_t posted;           /* the one message is under way */
	uint8_t silent;           /* the driver gave no frame, and the script was not told yet */
	uint8_t uses;             /* the object, the task, the message */
} CameraRecord, *Camera;

static HeldFrame* gHeld;               /* touched by the machine's thread only */
static enum { kDriverFree, kDriverOpen, kDriverClosing } gDriver;
static SemaphoreHandle_t gDriverClosed; /* given when the task of a closed camera is done */

void xs_camera_destructor(void* data);
static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot);

static const xsHostHooks ICACHE_RODATA_ATTR cameraHooks = { xs_camera_destructor, markCamera, NULL };

static void lock(Camera camera)
{
	xSemaphoreTake(camera->mutex, portMAX_DELAY);
}

static void unlock(Camera camera)
{
	xSemaphoreGive(camera->mutex);
}

static void release(Camera camera)
{
	lock(camera);
	uint8_t last = !--camera->uses;
	unlock(camera);
	if (last) {
		vSemaphoreDelete(camera->mutex);
		c_free(camera);
	}
}

/* Frames in the script's hands */

static HeldFrame* heldFrame(void* data)
{
	HeldFrame* held = gHeld;
	while (held && held->data != data)
		held = held->next;
	return held;
}

static void giveBack(HeldFrame* held)
{
	if (held->fb)
		esp_camera_fb_return(held->fb);
	else
		heap_caps_free(held->data);
	held->fb = NULL;
	held->data = NULL;
}

static void drop(HeldFrame* held)
{
	HeldFrame** address = &gHeld;
	while (*address != held)
		address = &(*address)->next;
	*address = held->next;
	giveBack(held);
	c_free(held);
}

void xs_camera_frame_destructor(void* data)
{
	HeldFrame* held = data ? heldFrame(data) : NULL;
	if (held)
		drop(held);
}

static HeldFrame* frameOf(xsMachine* the)
{
	void* data = xsmcGetHostData(xsThis);
	return data ? heldFrame(data) : NULL;
}

void xs_camera_frame_close(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	if (held) {
		/* Without an address every view of it has length 0. */
		xsmcSetHostBuffer(xsThis, NULL, 0);
		drop(held);
	}
}

/*
	Moves the frame out of the driver's memory, so that capture can go on while
	somebody still reads it. False where there is no memory for the copy: then the
	frame stays where it is.
*/
void xs_camera_frame_detach(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	uint8_t* copy;
	xsmcSetTrue(xsResult);
	if (!held || !held->fb)
		return;
	copy = heap_caps_malloc(held->length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!copy) {
		xsmcSetFalse(xsResult);
		return;
	}
	c_memcpy(copy, held->data, held->length);
	esp_camera_fb_return(held->fb);
	held->fb = NULL;
	held->data = copy;
	xsmcSetHostBuffer(xsThis, copy, held->length);
	xsmcPetrifyHostBuffer(xsThis);
}

void xs_camera_frame_get_byteLength(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetInteger(xsResult, held ? held->length : 0);
}

void xs_camera_frame_get_width(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetInteger(xsResult, held ? held->width : 0);
}

void xs_camera_frame_get_height(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetInteger(xsResult, held ? held->height : 0);
}

void xs_camera_frame_get_timestamp(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetNumber(xsResult, held ? held->timestamp : 0);
}

/* The capture task, and its one message into the machine */

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Camera camera = refcon;
	uint8_t readable, silent;
	(void)machine;
	(void)message;
	(void)messageLength;
	lock(camera);
	camera->posted = 0;
	readable = camera->latest && !camera->closing;
	silent = camera->silent && !camera->closing;
	camera->silent = 0;
	unlock(camera);
	if (readable && camera->onReadable) {
		xsBeginHost(camera->the);
			xsCallFunction1(xsReference(camera->onReadable), camera->object, xsInteger(1));
		xsEndHost(camera->the);
	}
	/* The callback may have closed the camera. */
	if (silent && !camera->closing && camera->onError) {
		xsBeginHost(camera->the);
			xsmcVars(1);
			xsmcSetString(xsVar(0), "the camera gives no frames");
			xsCallFunction1(xsReference(camera->onError), camera->object, xsVar(0));
		xsEndHost(camera->the);
	}
	release(camera);
}

/* Called locked; true where the caller has to post, which it must do unlocked. */
static uint8_t wantsPost(Camera camera)
{
	if (camera->posted || camera->closing)
		return 0;
	camera->posted = 1;
	camera->uses++;
	return 1;
}

static int64_t capturedAt(const camera_fb_t* fb)
{
	return (int64_t)fb->timestamp.tv_sec * 1000000 + fb->timestamp.tv_usec;
}

static void captureTask(void* parameter)
{
	Camera camera = parameter;
	for (;;) {
		camera_fb_t* fb;
		camera_fb_t* unused = NULL;
		uint8_t post = 0;

		lock(camera);
		uint8_t running = camera->running, closing = camera->closing;
		unlock(camera);
		if (closing)
			break;
		if (!running) {
			ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
			continue;
		}

		fb = esp_camera_fb_get();
		lock(camera);
		if (!fb) {
			camera->silent = camera->running;
			post = camera->silent && wantsPost(camera);
		}
		else if (!camera->running || camera->closing || capturedAt(fb) < camera->startedAt)
			unused = fb;
		else {
			unused = camera->latest;
			camera->latest = fb;
			post = wantsPost(camera);
		}
		unlock(camera);
		if (unused)
			esp_camera_fb_return(unused);
		if (post && modMessagePostToMachine(camera->the, NULL, 0, deliver, camera)) {
			/* The machine is on its way out. */
			lock(camera);
			camera->posted = 0;
			unlock(camera);
			release(camera);
		}
	}
	esp_camera_deinit();
	release(camera);
	xSemaphoreGive(gDriverClosed);
	vTaskDelete(NULL);
}

/* Construction. These two helpers use the constructor's xsVar(0). */

static int option(xsMachine* the, xsIdentifier id, int missing)
{
	if (!xsmcHas(xsArg(0), id))
		return missing;
	xsmcGet(xsVar(0), xsArg(0), id);
	return xsmcTypeOf(xsVar(0)) == xsUndefinedType ? missing : xsmcToInteger(xsVar(0));
}

static xsSlot* callbackOption(xsMachine* the, xsIdentifier id)
{
	if (!xsmcHas(xsArg(0), id))
		return NULL;
	xsmcGet(xsVar(0), xsArg(0), id);
	return xsmcIsCallable(xsVar(0)) ? xsmcToReference(xsVar(0)) : NULL;
}

static const char* explain(esp_err_t error)
{
	switch (error) {
	case ESP_ERR_NOT_FOUND:
	case ESP_ERR_CAMERA_NOT_DETECTED:
		return "no sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power";
	case ESP_ERR_NO_MEM:
		return "no memory for the frame buffers; enable PSRAM, or use a smaller frame size or fewer buffers";
	case ESP_FAIL:   /* all that cam_config() says, whatever it lacked */
		return "the driver could not be set up, most often for want of memory; enable PSRAM, or use a smaller frame size or fewer buffers";
	case ESP_ERR_CAMERA_NOT_SUPPORTED:
	case ESP_ERR_NOT_SUPPORTED:
		return "the sensor does not support this pixel format or frame size";
	case ESP_ERR_CAMERA_FAILED_TO_SET_FRAME_SIZE:
		return "the sensor refused the frame size";
	case ESP_ERR_CAMERA_FAILED_TO_SET_OUT_FORMAT:
		return "the sensor refused the pixel format";
	case ESP_ERR_INVALID_STATE:
		return "the camera is already in use";
	case ESP_ERR_INVALID_ARG:
		return "a pin or an option is not valid";
	default:
		return "the driver failed";
	}
}

static void fail(xsMachine* the, esp_err_t error)
{
	xsUnknownError("camera init failed (0x%x): %s", (unsigned)error, explain(error));
}

void xs_camera_constructor(xsMachine* the)
{
	xsmcVars(1);
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
		.frame_size = (framesize_t)option(the, xsID_frameSize, FRAMESIZE_QVGA),
		.jpeg_quality = option(the, xsID_quality, 12),
		.fb_count = (size_t)option(the, xsID_frameBufferCount, 3),
		.fb_location = CAMERA_FB_IN_PSRAM,
		.sccb_i2c_port = option(the, xsID_i2cPort, 1),
	};
	Camera camera;
	esp_err_t error;

	/* With one buffer the driver only knows "when empty" (cam_hal.c). */
	config.grab_mode = config.fb_count > 1 ? CAMERA_GRAB_LATEST : CAMERA_GRAB_WHEN_EMPTY;

	if (!gDriverClosed)
		gDriverClosed = xSemaphoreCreateBinary();
	if (!gDriverClosed)
		xsUnknownError("no memory for the camera");
	if (gDriver == kDriverClosing && xSemaphoreTake(gDriverClosed, kTeardownTicks) == pdTRUE)
		gDriver = kDriverFree;
	if (gDriver != kDriverFree)
		fail(the, ESP_ERR_INVALID_STATE);

	camera = c_calloc(1, sizeof(CameraRecord));
	if (camera)
		camera->mutex = xSemaphoreCreateMutex();
	if (!camera || !camera->mutex) {
		c_free(camera);
		xsUnknownError("no memory for the camera");
	}
	camera->the = the;
	camera->uses = 1;
	xsmcSetHostData(xsThis, camera);
	xsSetHostHooks(xsThis, (xsHostHooks*)&cameraHooks);
	camera->onReadable = callbackOption(the, xsID_onReadable);
	camera->onError = callbackOption(the, xsID_onError);
	camera->framePrototype = xsmcToReference(xsArg(1));

	error = esp_camera_init(&config);
	if (error == ESP_OK) {
		camera->uses = 2;
		if (xTaskCreate(captureTask, "camera", kTaskStack, camera, kTaskPriority, &camera->task) != pdPASS) {
			camera->uses = 1;
			esp_camera_deinit();
			error = ESP_ERR_NO_MEM;
		}
	}
	if (error != ESP_OK)
		fail(the, error);
	gDriver = kDriverOpen;
	camera->object = xsThis;
	xsRemember(camera->object);
}

/* The end of the object; the task may still be in esp_camera_fb_get() and ends by itself. */
static void end(Camera camera)
{
	camera->onReadable = camera->onError = camera->framePrototype = NULL;
	/* Without a task it never opened the driver, and the frames that are out are another camera's. */
	if (camera->task) {
		/* Every frame the driver lent comes back before its buffers go. */
		while (gHeld)
			drop(gHeld);
		gDriver = kDriverClosing;
		lock(camera);
		camera->closing = 1;
		if (camera->latest)
			esp_camera_fb_return(camera->latest);
		camera->latest = NULL;
		/* Once unlocked, the task may be gone at any time, and the driver with it. */
		xTaskNotifyGive(camera->task);
		unlock(camera);
	}
	release(camera);
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
	if (camera->framePrototype)
		(*markRoot)(the, camera->framePrototype);
}

static Camera cameraOf(xsMachine* the)
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
		HeldFrame* held;
		/* No view may reach into memory that is the driver's again. */
		for (held = gHeld; held; held = held->next) {
			xsSlot object = xsReference(held->object);
			xsmcSetHostBuffer(object, NULL, 0);
		}
		xsForget(camera->object);
		xsmcSetHostData(xsThis, NULL);
		end(camera);
	}
}

/* Capturing */

void xs_camera_start(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lock(camera);
	if (!camera->running) {
		camera->running = 1;
		camera->startedAt = esp_timer_get_time();
	}
	unlock(camera);
	xTaskNotifyGive(camera->task);
}

void xs_camera_stop(xsMachine* the)
{
	Camera camera = cameraOf(the);
	camera_fb_t* latest;
	lock(camera);
	camera->running = 0;
	camera->silent = 0;
	latest = camera->latest;
	camera->latest = NULL;
	unlock(camera);
	if (latest)
		esp_camera_fb_return(latest);
}

void xs_camera_read(xsMachine* the)
{
	Camera camera = cameraOf(the);
	HeldFrame* held;
	xsSlot prototype;
	camera_fb_t* fb;

	lock(camera);
	fb = camera->latest;
	camera->latest = NULL;
	unlock(camera);
	if (!fb)
		return;
	held = c_calloc(1, sizeof(HeldFrame));
	if (!held) {
		esp_camera_fb_return(fb);
		xsUnknownError("no memory for a frame");
	}
	held->data = fb->buf;
	held->fb = fb;
	held->length = fb->len;
	held->width = fb->width;
	held->height = fb->height;
	held->timestamp = (double)capturedAt(fb);
	held->next = gHeld;
	gHeld = held;

	prototype = xsReference(camera->framePrototype);
	xsmcSetNewHostInstance(xsResult, prototype);
	xsmcSetHostBuffer(xsResult, held->data, held->length);
	xsmcPetrifyHostBuffer(xsResult);
	held->object = xsmcToReference(xsResult);
}

/* Controls, by the names of camera_status_t */

#define CONTROLS(CONTROL) \
	CONTROL(framesize, set_framesize) \
	CONTROL(quality, set_quality) \
	CONTROL(brightness, set_brightness) \
	CONTROL(contrast, set_contrast) \
	CONTROL(saturation, set_saturation) \
	CONTROL(sharpness, set_sharpness) \
	CONTROL(denoise, set_denoise) \
	CONTROL(special_effect, set_special_effect) \
	CONTROL(wb_mode, set_wb_mode) \
	CONTROL(awb, set_whitebal) \
	CONTROL(awb_gain, set_awb_gain) \
	CONTROL(aec, set_exposure_ctrl) \
	CONTROL(aec2, set_aec2) \
	CONTROL(ae_level, set_ae_level) \
	CONTROL(aec_value, set_aec_value) \
	CONTROL(agc, set_gain_ctrl) \
	CONTROL(agc_gain, set_agc_gain) \
	CONTROL(gainceiling, set_gainceiling) \
	CONTROL(bpc, set_bpc) \
	CONTROL(wpc, set_wpc) \
	CONTROL(raw_gma, set_raw_gma) \
	CONTROL(lenc, set_lenc) \
	CONTROL(hmirror, set_hmirror) \
	CONTROL(vflip, set_vflip) \
	CONTROL(dcw, set_dcw) \
	CONTROL(colorbar, set_colorbar)

static sensor_t* sensorOf(xsMachine* the)
{
	sensor_t* sensor;
	cameraOf(the);
	sensor = esp_camera_sensor_get();
	if (!sensor)
		xsUnknownError("the camera has no sensor");
	return sensor;
}

void xs_camera_get(xsMachine* the)
{
	sensor_t* sensor = sensorOf(the);
	char name[32];
	xsmcToStringBuffer(xsArg(0), name, sizeof(name));
#define GET(FIELD, SETTER) \
	if (!c_strcmp(name, #FIELD)) { \
		xsmcSetInteger(xsResult, sensor->status.FIELD); \
		return; \
	}
	CONTROLS(GET)
}

/* True where the sensor took the value. */
void xs_camera_set(xsMachine* the)
{
	sensor_t* sensor = sensorOf(the);
	char name[32];
	int value = xsmcToInteger(xsArg(1));
	xsmcToStringBuffer(xsArg(0), name, sizeof(name));
#define SET(FIELD, SETTER) \
	if (!c_strcmp(name, #FIELD)) { \
		xsmcSetBoolean(xsResult, sensor->SETTER && sensor->SETTER(sensor, value) == 0); \
		return; \
	}
	CONTROLS(SET)
	xsmcSetFalse(xsResult);
}

void xs_camera_get_now(xsMachine* the)
{
	xsmcSetNumber(xsResult, (double)esp_timer_get_time());
}

void xs_camera_get_sensor(xsMachine* the)
{
	sensor_t* sensor = sensorOf(the);
	camera_sensor_info_t* info = esp_camera_sensor_get_info(&sensor->id);
	xsmcSetString(xsResult, info ? (char*)info->name : "unknown");
}
