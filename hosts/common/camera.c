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

	A sensor that stops giving frames is reported, and after a while the task
	closes the driver and opens it again. That takes the driver's memory away, so
	before it does, it has the machine move every frame out of there.

	Who may touch what:
	- the machine's thread alone: the held frames;
	- both, under the camera's mutex, which nobody keeps for long: what the two
	  tell each other, and the count of the buffers that are out;
	- both, under the driver's mutex: the sensor, and what it was set to. The task
	  keeps it while it restarts the driver, so the machine's thread never waits
	  for it.

	In this order: times, the camera, frames, the capture task, what the task says
	to the machine, opening and closing, capturing, controls.
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

#include <stdio.h>

/* Times, in milliseconds. A manifest may give others: "defines": { "camera": { "restart": 20000 } } */

/* How long nothing but broken frames is put up with; for no frame at all, esp_camera_fb_get() decides the same. */
#ifndef MODDEF_CAMERA_PATIENCE
	#define MODDEF_CAMERA_PATIENCE 4000
#endif
/* How long without a good frame until the driver is restarted, and again after each such time. */
#ifndef MODDEF_CAMERA_RESTART
	#define MODDEF_CAMERA_RESTART 10000
#endif
/*
	How long until a driver that could not be opened is tried again: four times as long as the attempt took, so that a sensor
	that comes back is not waited for, and one whose bus is stuck not asked without end.
*/
#define kShortestRetry ((int64_t)1000 * 1000)
/*
	A driver that has no frame says so after seconds. One that says so within this time, in microseconds, must not be asked at
	once again, by a task that comes before the machine's, and means nothing yet.
*/
#define kAtOnce ((int64_t)50 * 1000)
#define kNullTicks pdMS_TO_TICKS(100)
/* How long a closed camera's task takes to end: it may be in esp_camera_fb_get(), or in the midst of a restart. */
#define kTeardownTicks pdMS_TO_TICKS(MODDEF_CAMERA_PATIENCE + 4000)

/* esp_camera_init(), which a restart calls from the task, logs and talks I2C: it needs what a main task has. */
#define kTaskStack (8 * 1024)
#define kTaskPriority 10

/* Controls of one value, by the names of camera_status_t */

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

typedef enum {
#define CONTROL_INDEX(FIELD, SETTER) kControl_##FIELD,
	CONTROLS(CONTROL_INDEX) kControlCount,
	kNoControl = kControlCount
} Control;

typedef struct {
	uint8_t control;
	int32_t value;
} Setting;

/* The camera */

typedef enum {
	kNoFault,
	kNoFrames,
	kBrokenFrames,
	kAllHeld, /* the script's doing, not the camera's */
	kNotRestarted,
} Fault;

typedef struct {
	xsMachine* the;
	xsSlot object;
	xsSlot* onReadable;
	xsSlot* onError;
	xsSlot* onRestart;
	xsSlot* framePrototype;
	TaskHandle_t task;
	const camera_sensor_info_t* sensor;
	size_t bufferCount;
	uint32_t pixels; /* of the largest frame that the buffers are for */

	/* Under gDriverMutex */
	camera_config_t config; /* as the driver was opened, to be opened so again */
	Setting settings[kControlCount];
	uint8_t settingCount;
	uint8_t open; /* not where a restart has failed */

	/* Shared with the task, under the mutex */
	SemaphoreHandle_t mutex;
	camera_fb_t* latest; /* captured and not yet read */
	size_t lent;         /* buffers that are out of the driver's hands, the latest's included */
	int64_t roomSince;   /* when the driver got a buffer back and had none before */
	int64_t freshFrom;   /* frames whose capture began earlier are stale */
	uint32_t dropped;    /* frames that were no whole JPEG */
	esp_err_t error;     /* of the last restart */
	Fault fault;         /* the script is to be told */
	uint8_t told;        /* a bit per fault, since the last good frame */
	uint8_t restarted;   /* the script is to be told */
	uint8_t moveOut;     /* the task waits for the frames to leave the driver's memory */
	uint8_t running;
	uint8_t closing;
	uint8_t posted; /* the one message is under way */
	uint8_t uses;   /* the object, the task, the message */
} CameraRecord, *Camera;

static enum { kDriverFree, kDriverOpen, kDriverClosing } gDriver;
static SemaphoreHandle_t gDriverClosed; /* given when the task of a closed camera is done */
static SemaphoreHandle_t gDriverMutex;  /* the sensor's, and what says whether there is one */

void xs_camera_destructor(void* data);
static void markCamera(xsMachine* the, void* data, xsMarkRoot markRoot);
static void restoreSettings(Camera camera, sensor_t* sensor);

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

/* Called locked, as a driver that is being restarted must not be given anything. */
static void giveBack(Camera camera, camera_fb_t* fb)
{
	if (camera->lent-- == camera->bufferCount)
		camera->roomSince = esp_timer_get_time();
	esp_camera_fb_return(fb);
}

static void giveBackLatest(Camera camera)
{
	if (camera->latest)
		giveBack(camera, camera->latest);
	camera->latest = NULL;
}

/* Frames in the script's hands */

typedef struct HeldFrame HeldFrame;
struct HeldFrame {
	HeldFrame* next;
	Camera camera;
	uint8_t* data;
	camera_fb_t* fb; /* NULL: data is a copy of our own */
	xsSlot* object;  /* the host buffer over data */
	uint32_t length;
	uint16_t width, height;
	double timestamp; /* microseconds since boot */
};

static HeldFrame* gHeld;

static HeldFrame* heldFrame(void* data)
{
	HeldFrame* held = gHeld;
	while (held && held->data != data)
		held = held->next;
	return held;
}

static void drop(HeldFrame* held)
{
	HeldFrame** address = &gHeld;
	while (*address != held)
		address = &(*address)->next;
	*address = held->next;
	if (held->fb) {
		lock(held->camera);
		giveBack(held->camera, held->fb);
		unlock(held->camera);
	}
	else
		heap_caps_free(held->data);
	c_free(held);
}

/* False where there is no memory for the copy: then the frame stays where it is. */
static uint8_t moveOut(xsMachine* the, HeldFrame* held)
{
	xsSlot object = xsReference(held->object);
	uint8_t* copy;
	if (!held->fb)
		return 1;
	copy = heap_caps_malloc(held->length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!copy)
		return 0;
	c_memcpy(copy, held->data, held->length);
	lock(held->camera);
	giveBack(held->camera, held->fb);
	unlock(held->camera);
	held->fb = NULL;
	held->data = copy;
	xsmcSetHostBuffer(object, copy, held->length);
	xsmcPetrifyHostBuffer(object);
	return 1;
}

/* Without an address every view of it has length 0. */
static void empty(xsMachine* the, HeldFrame* held)
{
	xsSlot object = xsReference(held->object);
	xsmcSetHostBuffer(object, NULL, 0);
}

static void moveAllOut(xsMachine* the)
{
	HeldFrame* held = gHeld;
	while (held) {
		HeldFrame* next = held->next;
		if (!moveOut(the, held)) {
			empty(the, held);
			drop(held);
		}
		held = next;
	}
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
		empty(the, held);
		drop(held);
	}
}

/* So that capture can go on while somebody still reads the frame. */
void xs_camera_frame_detach(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetBoolean(xsResult, !held || moveOut(the, held));
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

/* The capture task */

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength);

/* Called locked; true where the caller has to post, which it must do unlocked. */
static uint8_t wantsPost(Camera camera)
{
	if (camera->posted || camera->closing)
		return 0;
	camera->posted = 1;
	camera->uses++;
	return 1;
}

static void post(Camera camera)
{
	if (modMessagePostToMachine(camera->the, NULL, 0, deliver, camera)) {
		/* The machine is on its way out. */
		lock(camera);
		camera->posted = 0;
		unlock(camera);
		release(camera);
	}
}

/* Called locked, result as wantsPost(). Each fault is told once, until there is a good frame or start() asks anew. */
static uint8_t tell(Camera camera, Fault fault)
{
	if (!camera->running || (camera->told & (1 << fault)))
		return 0;
	camera->told |= 1 << fault;
	camera->fault = fault;
	return wantsPost(camera);
}

static uint8_t isClosing(Camera camera)
{
	lock(camera);
	uint8_t closing = camera->closing;
	unlock(camera);
	return closing;
}

static uint8_t isRunning(Camera camera)
{
	lock(camera);
	uint8_t running = camera->running;
	unlock(camera);
	return running;
}

static int64_t capturedAt(const camera_fb_t* fb)
{
	return (int64_t)fb->timestamp.tv_sec * 1000000 + fb->timestamp.tv_usec;
}

/*
	From start of image to end of image. Espressif's driver looks for both itself
	and drops what lacks them, which shows as no frame at all; but what the script
	hands out must be whole whatever the driver's version looks at.
*/
static uint8_t isWhole(const camera_fb_t* fb)
{
	const uint8_t* end = fb->buf + fb->len;
	return fb->len >= 4 && fb->buf[0] == 0xff && fb->buf[1] == 0xd8 && end[-2] == 0xff && end[-1] == 0xd9;
}

/*
	Waits for one frame. Returns since when, counting only what is the camera's
	doing, it has given no good one.
*/
static int64_t capture(Camera camera, int64_t since)
{
	int64_t asked = esp_timer_get_time();
	camera_fb_t* fb = esp_camera_fb_get();
	uint8_t whole = fb && isWhole(fb);
	uint8_t toPost = 0;

	lock(camera);
	int64_t now = esp_timer_get_time();
	uint8_t atOnce = !fb && now - asked < kAtOnce;
	camera->lent += fb != NULL;
	if (whole) {
		since = now;
		camera->told = 0;
		camera->fault = kNoFault;
		if (!camera->running || camera->closing || capturedAt(fb) < camera->freshFrom)
			giveBack(camera, fb);
		else {
			giveBackLatest(camera);
			camera->latest = fb;
			toPost = wantsPost(camera);
		}
	}
	else if (fb) {
		giveBack(camera, fb);
		camera->dropped++;
		if (now - since >= MODDEF_CAMERA_PATIENCE * (int64_t)1000)
			toPost = tell(camera, kBrokenFrames);
	}
	else if (camera->lent >= camera->bufferCount) {
		since = now;
		toPost = tell(camera, kAllHeld);
	}
	else if (camera->roomSince > asked)
		since = camera->roomSince; /* what it waited before that says nothing of the sensor */
	else if (!atOnce || now - since >= MODDEF_CAMERA_PATIENCE * (int64_t)1000)
		toPost = tell(camera, kNoFrames);
	unlock(camera);
	if (toPost)
		post(camera);
	if (atOnce)
		ulTaskNotifyTake(pdTRUE, kNullTicks);
	return since;
}

/* Has the machine move every frame out of the driver's memory. False where the camera is closed meanwhile. */
static uint8_t vacate(Camera camera)
{
	lock(camera);
	giveBackLatest(camera);
	unlock(camera);
	for (;;) {
		lock(camera);
		uint8_t closing = camera->closing, vacant = !camera->lent;
		camera->moveOut = !vacant;
		uint8_t toPost = camera->moveOut && wantsPost(camera);
		unlock(camera);
		if (closing || vacant)
			return !closing;
		if (toPost)
			post(camera);
		/* Asked again: in debug builds the SDK drops what does not fit into a full queue for 20 ms. */
		ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(1000));
	}
}

static uint8_t reopen(Camera camera)
{
	esp_err_t error;
	uint8_t toPost;

	xSemaphoreTake(gDriverMutex, portMAX_DELAY);
	if (camera->open)
		esp_camera_deinit();
	error = esp_camera_init(&camera->config);
	camera->open = error == ESP_OK;
	if (camera->open)
		restoreSettings(camera, esp_camera_sensor_get());
	xSemaphoreGive(gDriverMutex);

	lock(camera);
	camera->error = error;
	if (error == ESP_OK) {
		if (camera->fault == kNotRestarted)
			camera->fault = kNoFault;
		camera->restarted = 1;
		/* Until its settings were back, the sensor's frames were as large as the buffers. */
		camera->freshFrom = esp_timer_get_time();
		toPost = wantsPost(camera);
	}
	else
		toPost = tell(camera, kNotRestarted);
	unlock(camera);
	if (toPost)
		post(camera);
	return error == ESP_OK;
}

/* Between two attempts to restart. A script that starts the camera meanwhile is told why there are no frames. */
static void waitToRetry(Camera camera, int64_t attempt)
{
	int64_t pause = attempt * 4 > kShortestRetry ? attempt * 4 : kShortestRetry;
	int64_t until, left;
	if (pause > MODDEF_CAMERA_RESTART * (int64_t)1000)
		pause = MODDEF_CAMERA_RESTART * (int64_t)1000;
	until = esp_timer_get_time() + pause;
	while ((left = until - esp_timer_get_time()) > 0) {
		ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(left / 1000 + 1));
		lock(camera);
		uint8_t closing = camera->closing;
		uint8_t toPost = tell(camera, kNotRestarted);
		unlock(camera);
		if (toPost)
			post(camera);
		if (closing)
			break;
	}
}

static void restart(Camera camera)
{
	if (!vacate(camera))
		return;
	while (!isClosing(camera)) {
		int64_t begun = esp_timer_get_time();
		if (reopen(camera))
			break;
		waitToRetry(camera, esp_timer_get_time() - begun);
	}
}

static void captureTask(void* parameter)
{
	Camera camera = parameter;
	int64_t since = esp_timer_get_time();
	while (!isClosing(camera)) {
		if (!isRunning(camera)) {
			int64_t asleep = esp_timer_get_time();
			ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
			since += esp_timer_get_time() - asleep;
			continue;
		}
		since = capture(camera, since);
		if (esp_timer_get_time() - since >= MODDEF_CAMERA_RESTART * (int64_t)1000) {
			restart(camera);
			since = esp_timer_get_time();
		}
	}
	if (camera->open)
		esp_camera_deinit();
	release(camera);
	xSemaphoreGive(gDriverClosed);
	vTaskDelete(NULL);
}

/* What the task says to the machine: its one message */

static const char* explain(esp_err_t error)
{
	switch (error) {
	case ESP_ERR_NOT_FOUND:
	case ESP_ERR_NOT_SUPPORTED: /* camera_probe()'s word for it; a sensor without JPEG is told apart before */
	case ESP_ERR_CAMERA_NOT_DETECTED:
		return "no known sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power";
	case ESP_ERR_NO_MEM:
		return "no memory for the frame buffers; enable PSRAM, or use a smaller frame size or fewer buffers";
	case ESP_FAIL: /* all that cam_config() says, whatever it lacked */
		return "the driver could not be set up, most often for want of memory; enable PSRAM, or use a smaller frame size or fewer buffers";
	case ESP_ERR_CAMERA_NOT_SUPPORTED: return "the sensor does not support this pixel format or frame size";
	case ESP_ERR_CAMERA_FAILED_TO_SET_FRAME_SIZE: return "the sensor refused the frame size";
	case ESP_ERR_CAMERA_FAILED_TO_SET_OUT_FORMAT: return "the sensor refused the pixel format";
	case ESP_ERR_INVALID_STATE: return "the camera is already in use";
	case ESP_ERR_INVALID_ARG: return "a pin or an option is not valid";
	default: return "the driver failed";
	}
}

/* More than fxThrowMessage() has room for. */
typedef char Text[256];

static void describe(Text text, Fault fault, esp_err_t error)
{
	switch (fault) {
	case kBrokenFrames: snprintf(text, sizeof(Text), "the camera sends broken frames (no end of image)"); break;
	case kAllHeld:
		snprintf(text, sizeof(Text), "the camera has no buffer for a frame: the script holds them all");
		break;
	case kNotRestarted:
		snprintf(text, sizeof(Text), "the camera could not be restarted (0x%x): %s", (unsigned)error, explain(error));
		break;
	default: snprintf(text, sizeof(Text), "the camera gives no frames");
	}
}

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Camera camera = refcon;
	(void)machine;
	(void)message;
	(void)messageLength;

	lock(camera);
	uint8_t vacating = camera->moveOut, restarted = camera->restarted, readable = camera->latest != NULL;
	Fault fault = camera->fault;
	esp_err_t error = camera->error;
	camera->posted = camera->moveOut = camera->restarted = 0;
	camera->fault = kNoFault;
	unlock(camera);

	/* Each callback may close the camera, which only this thread does. */
	if (!camera->closing) {
		xsBeginHost(camera->the);
		xsmcVars(1);
		if (vacating) {
			moveAllOut(the);
			xTaskNotifyGive(camera->task);
		}
		if (restarted && camera->onRestart)
			xsCallFunction0(xsReference(camera->onRestart), camera->object);
		if (fault && !camera->closing && camera->onError) {
			Text text;
			describe(text, fault, error);
			xsmcSetString(xsVar(0), text);
			xsCallFunction1(xsReference(camera->onError), camera->object, xsVar(0));
		}
		if (readable && !camera->closing && camera->onReadable)
			xsCallFunction1(xsReference(camera->onReadable), camera->object, xsInteger(1));
		xsEndHost(camera->the);
	}
	release(camera);
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
	Text text;
	int length = snprintf(text, sizeof(text), "camera init failed (0x%x): ", (unsigned)error);
	if (withoutJpeg)
		snprintf(text + length, sizeof(text) - length, "the sensor %s gives no JPEG, which streaming needs",
			withoutJpeg->name);
	else
		snprintf(text + length, sizeof(text) - length, "%s", explain(error));
	xsmcSetString(xsVar(0), text);
	xsmcNew(xsVar(0), xsGlobal, xsID_Error, &xsVar(0), NULL);
	if (withoutJpeg) {
		xsmcSetString(xsVar(1), (char*)withoutJpeg->name);
		xsmcSet(xsVar(0), xsID_sensor, xsVar(1));
	}
	xsThrow(xsVar(0));
}

static uint32_t pixelsOf(framesize_t size)
{
	return (uint32_t)resolution[size].width * resolution[size].height;
}

/* As large as the buffers and the sensor go. The sensors' own setters look neither at the one nor at the other. */
static uint8_t fits(Camera camera, int size)
{
	return size >= 0 && size <= (int)camera->sensor->max_size && pixelsOf((framesize_t)size) <= camera->pixels;
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
	if (wanted != sensor->status.framesize && (!fits(camera, wanted) || sensor->set_framesize(sensor, wanted) != 0)) {
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
		while (gHeld)
			drop(gHeld);
		gDriver = kDriverClosing;
		lock(camera);
		camera->closing = 1;
		giveBackLatest(camera);
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
	if (camera->onRestart)
		(*markRoot)(the, camera->onRestart);
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
		for (held = gHeld; held; held = held->next)
			empty(the, held);
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
		camera->told = 0;
		camera->freshFrom = esp_timer_get_time();
	}
	unlock(camera);
	xTaskNotifyGive(camera->task);
}

void xs_camera_stop(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lock(camera);
	camera->running = 0;
	camera->fault = kNoFault;
	giveBackLatest(camera);
	unlock(camera);
}

void xs_camera_read(xsMachine* the)
{
	Camera camera = cameraOf(the);
	HeldFrame* held = c_calloc(1, sizeof(HeldFrame));
	xsSlot prototype;
	camera_fb_t* fb;

	if (!held)
		xsUnknownError("no memory for a frame");
	lock(camera);
	fb = camera->latest;
	camera->latest = NULL;
	unlock(camera);
	if (!fb) {
		c_free(held);
		return;
	}
	held->camera = camera;
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

void xs_camera_get_now(xsMachine* the)
{
	xsmcSetNumber(xsResult, (double)esp_timer_get_time());
}

void xs_camera_get_dropped(xsMachine* the)
{
	Camera camera = cameraOf(the);
	lock(camera);
	uint32_t dropped = camera->dropped;
	unlock(camera);
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

/* Controls */

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

static void restoreSettings(Camera camera, sensor_t* sensor)
{
	uint8_t i;
	for (i = 0; i < camera->settingCount; i++)
		setControl(sensor, (Control)camera->settings[i].control, camera->settings[i].value);
}

/* Frames under way have the old size, and the driver would call it the new one. */
static void expectFrameSize(Camera camera)
{
	lock(camera);
	camera->freshFrom = esp_timer_get_time();
	unlock(camera);
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
		taken = (control != kControl_framesize || fits(camera, v[0])) && setControl(sensor, control, v[0]);
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
