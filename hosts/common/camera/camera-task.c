/* The capture task, which restarts the driver of a sensor that gives no frames: see camera.h. */
#include "camera.h"

#include "esp_timer.h"

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

/*
	Called locked; returns what claimMessage() does. Each fault is reported once, until there is a good frame or start() asks
	again.
*/
static uint8_t reportFault(Camera camera, Fault fault)
{
	if (!camera->running || (camera->told & (1 << fault)))
		return 0;
	camera->told |= 1 << fault;
	camera->fault = fault;
	return claimMessage(camera);
}

static uint8_t isClosing(Camera camera)
{
	lockCamera(camera);
	uint8_t closing = camera->closing;
	unlockCamera(camera);
	return closing;
}

static uint8_t isRunning(Camera camera)
{
	lockCamera(camera);
	uint8_t running = camera->running;
	unlockCamera(camera);
	return running;
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

	lockCamera(camera);
	int64_t now = esp_timer_get_time();
	uint8_t atOnce = !fb && now - asked < kAtOnce;
	camera->lent += fb != NULL;
	if (fb && camera->resizing) {
		const resolution_info_t* former = &resolution[camera->status.framesize];
		fb->width = former->width;
		fb->height = former->height;
	}
	if (whole) {
		since = now;
		camera->told = 0;
		camera->fault = kNoFault;
		if (!camera->running || camera->closing || capturedAt(fb) < camera->freshFrom)
			returnBuffer(camera, fb);
		else {
			returnLatest(camera);
			camera->latest = fb;
			toPost = claimMessage(camera);
		}
	}
	else if (fb) {
		returnBuffer(camera, fb);
		camera->dropped++;
		if (now - since >= MODDEF_CAMERA_PATIENCE * (int64_t)1000)
			toPost = reportFault(camera, kBrokenFrames);
	}
	else if (camera->lent >= camera->bufferCount) {
		since = now;
		toPost = reportFault(camera, kAllHeld);
	}
	else if (camera->roomSince > asked)
		since = camera->roomSince; /* what it waited before that says nothing of the sensor */
	else if (!atOnce || now - since >= MODDEF_CAMERA_PATIENCE * (int64_t)1000)
		toPost = reportFault(camera, kNoFrames);
	unlockCamera(camera);
	if (toPost)
		postMessage(camera);
	if (atOnce)
		ulTaskNotifyTake(pdTRUE, kNullTicks);
	return since;
}

/* Has the machine move every frame out of the driver's memory. False where the camera is closed meanwhile. */
static uint8_t vacate(Camera camera)
{
	lockCamera(camera);
	returnLatest(camera);
	unlockCamera(camera);
	for (;;) {
		lockCamera(camera);
		uint8_t closing = camera->closing, vacant = !camera->lent;
		camera->moveOut = !vacant;
		uint8_t toPost = camera->moveOut && claimMessage(camera);
		unlockCamera(camera);
		if (closing || vacant)
			return !closing;
		if (toPost)
			postMessage(camera);
		ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(1000));
	}
}

static uint8_t reopen(Camera camera)
{
	esp_err_t error;
	uint8_t toPost;

	lockCamera(camera);
	camera->restarting = 1;
	unlockCamera(camera);
	xSemaphoreTake(gDriverMutex, portMAX_DELAY);
	if (camera->open)
		esp_camera_deinit();
	error = esp_camera_init(&camera->config);
	camera->open = error == ESP_OK;
	if (camera->open)
		restoreSettings(camera, esp_camera_sensor_get());

	lockCamera(camera);
	camera->error = error;
	if (error == ESP_OK) {
		copyStatus(camera);
		camera->restarting = 0;
		if (camera->fault == kNotRestarted)
			camera->fault = kNoFault;
		camera->restarted = 1;
		/* Until its settings were back, the sensor's frames were as large as the buffers. */
		camera->freshFrom = esp_timer_get_time();
		toPost = claimMessage(camera);
	}
	else
		toPost = reportFault(camera, kNotRestarted);
	unlockCamera(camera);
	xSemaphoreGive(gDriverMutex);
	if (toPost)
		postMessage(camera);
	return error == ESP_OK;
}

/* Waits between two attempts to restart. Reports to a script that starts the camera meanwhile why there are no frames. */
static void waitToRetry(Camera camera, int64_t attempt)
{
	int64_t pause = attempt * 4 > kShortestRetry ? attempt * 4 : kShortestRetry;
	int64_t until, left;
	if (pause > MODDEF_CAMERA_RESTART * (int64_t)1000)
		pause = MODDEF_CAMERA_RESTART * (int64_t)1000;
	until = esp_timer_get_time() + pause;
	while ((left = until - esp_timer_get_time()) > 0) {
		ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(left / 1000 + 1));
		lockCamera(camera);
		uint8_t closing = camera->closing;
		uint8_t toPost = reportFault(camera, kNotRestarted);
		unlockCamera(camera);
		if (toPost)
			postMessage(camera);
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

static void captureUntilClosed(Camera camera)
{
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
	xSemaphoreTake(gDriverMutex, portMAX_DELAY);
	if (camera->open)
		esp_camera_deinit();
	camera->open = 0;
	xSemaphoreGive(gDriverMutex);
}

void captureTask(void* parameter)
{
	Camera camera = parameter;
	uint8_t opened = openCamera(camera);
	if (opened)
		captureUntilClosed(camera);
	releaseCamera(camera);
	if (opened)
		xSemaphoreGive(gDriverClosed);
	vTaskDelete(NULL);
}
