/*
	Espressif's camera driver (esp32-camera, driver/cam_hal.c) for the sensor process:
	a thread, which plays the DMA, fills fb_count frame buffers of a fixed size, whether
	or not anybody takes them. With CAMERA_GRAB_LATEST the newest frame replaces one
	that nobody took. As on the board, a frame is lost if no buffer is free, or if it is
	larger than a buffer.

	If the sensor process ends, the sensor no longer answers: there are no frames until
	the driver is opened again, which starts another process.
*/
#include "esp_camera.h"
#include "esp_heap_caps.h"
#include "esp_timer.h"
#include "host.h"
#include "sensor-process.h"
#include "xsHost.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	kMaxBuffers = 8,
	kOverflowReport = 10 * 1000 * 1000, /* microseconds between two reports of overflowing frames */
};

/* Kept: returned during the fault buffers-exhausted; the driver notices the return only when the fault is over. */
typedef enum { kFree, kFilling, kQueued, kTaken, kKept } BufferState;

typedef struct {
	camera_fb_t fb; /* first: esp_camera_fb_return() casts back */
	BufferState state;
	uint32_t sequence;
} FrameBuffer;

void sensorReset(sensor_t* sensor);

static pthread_mutex_t gMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gFrameQueued;
static pthread_t gDma;
static FrameBuffer* gBuffers;
static size_t gCount, gCapacity;
static camera_grab_mode_t gMode;
static uint32_t gSequence;
static bool gOpen, gEnding;
static bool gFilling;     /* a process is running, and a thread reads its frames */
static bool gInterrupted; /* the host is shutting down */
static bool gNacked;      /* the sensor has lost its settings, and gives no frames until it is opened again */
static sensor_t gSensor;
static uint64_t gBoot;

__attribute__((constructor)) static void boot(void)
{
	gBoot = loopNow();
}

int64_t esp_timer_get_time(void)
{
	return (int64_t)(loopNow() - gBoot);
}

/* The DMA */

static FrameBuffer* oldestQueued(void)
{
	FrameBuffer* oldest = NULL;
	for (size_t i = 0; i < gCount; i++) {
		if (gBuffers[i].state == kQueued && (!oldest || (int32_t)(gBuffers[i].sequence - oldest->sequence) < 0))
			oldest = &gBuffers[i];
	}
	return oldest;
}

static void takeKept(void)
{
	if (faultActive(kFaultBuffers))
		return;
	for (size_t i = 0; i < gCount; i++) {
		if (gBuffers[i].state == kKept)
			gBuffers[i].state = kFree;
	}
}

/* Returns a buffer for the frame that begins now: a free one, or in "latest" mode the oldest that nobody took. */
static FrameBuffer* claim(void)
{
	FrameBuffer* buffer = NULL;
	gNacked |= faultActive(kFaultSensorNack);
	if (gNacked || faultActive(kFaultCameraStall))
		return NULL;
	pthread_mutex_lock(&gMutex);
	takeKept();
	for (size_t i = 0; i < gCount && !buffer; i++) {
		if (gBuffers[i].state == kFree)
			buffer = &gBuffers[i];
	}
	if (!buffer && gMode == CAMERA_GRAB_LATEST)
		buffer = oldestQueued();
	if (buffer)
		buffer->state = kFilling;
	pthread_mutex_unlock(&gMutex);
	return buffer;
}

static bool discard(size_t length)
{
	uint8_t scratch[16 * 1024];
	while (length) {
		size_t count = length < sizeof scratch ? length : sizeof scratch;
		if (!sensorReadBytes(scratch, count))
			return false;
		length -= count;
	}
	return true;
}

static void reportOverflow(size_t length)
{
	static uint64_t last;
	if (last && loopNow() - last < kOverflowReport)
		return;
	last = loopNow();
	fprintf(stderr,
		"yieldcam-sim: frame buffer overflow: a frame of %zu bytes is dropped, as on the board; a buffer has %zu. "
		"A higher --quality number makes smaller frames\n",
		length, gCapacity);
}

/*
	The driver looks for the last end of image and cuts off what follows. It drops a
	frame without one, and goes on waiting. Here the frame is passed on, so that the
	binding has to find out.
*/
static size_t lengthToEnd(const uint8_t* jpeg, size_t length)
{
	for (size_t end = length; end >= 2; end--) {
		if (jpeg[end - 2] == 0xff && jpeg[end - 1] == 0xd9)
			return end;
	}
	return length;
}

static bool fill(FrameBuffer* buffer, const SensorFrame* frame)
{
	bool whole = sensorReadBytes(buffer->fb.buf, frame->length);
	size_t length = whole ? lengthToEnd(buffer->fb.buf, frame->length) : 0;
	uint64_t since = frame->timestamp - gBoot;
	if (whole && faultActive(kFaultCameraTruncated))
		length /= 2;
	pthread_mutex_lock(&gMutex);
	if (whole) {
		buffer->fb.len = length;
		buffer->fb.width = frame->width;
		buffer->fb.height = frame->height;
		buffer->fb.format = PIXFORMAT_JPEG;
		buffer->fb.timestamp.tv_sec = (time_t)(since / 1000000);
		buffer->fb.timestamp.tv_usec = (suseconds_t)(since % 1000000);
		buffer->sequence = ++gSequence;
		buffer->state = kQueued;
	}
	else
		buffer->state = kFree;
	pthread_mutex_unlock(&gMutex);
	/* After the unlock: a thread woken before it would wait for the mutex. The condition outlives this thread. */
	if (whole)
		pthread_cond_signal(&gFrameQueued);
	return whole;
}

static void* dma(void* unused)
{
	SensorFrame frame;
	(void)unused;
	for (;;) {
		FrameBuffer* buffer;
		if (!sensorReadFrame(&frame))
			break;
		if (frame.length > gCapacity) {
			reportOverflow(frame.length);
			if (!discard(frame.length))
				break;
		}
		else if (!(buffer = claim())) {
			if (!discard(frame.length))
				break;
		}
		else if (!fill(buffer, &frame))
			break;
	}
	pthread_mutex_lock(&gMutex);
	bool expected = gEnding || gInterrupted, everCame = gSequence > 0;
	pthread_mutex_unlock(&gMutex);
	/* A sensor that never gave a frame was started wrongly. */
	if (!expected && !everCame)
		hostFail("the sensor process ended");
	if (!expected)
		fputs("yieldcam-sim: the sensor process ended\n", stderr);
	return NULL;
}

/* The driver's interface */

static void freeBuffers(void)
{
	for (size_t i = 0; i < gCount; i++)
		heap_caps_free(gBuffers[i].fb.buf);
	free(gBuffers);
	gBuffers = NULL;
	gCount = 0;
}

static esp_err_t allocateBuffers(const camera_config_t* config, framesize_t size)
{
	size_t pixels = (size_t)resolution[size].width * resolution[size].height;
	if (config->pixel_format != PIXFORMAT_JPEG)
		gCapacity = pixels * 2;
	else if (gOptions.jpegBuffer)
		gCapacity = gOptions.jpegBuffer;
	else
		gCapacity = pixels / 5; /* CONFIG_CAMERA_JPEG_MODE_FRAME_SIZE_AUTO */
	gBuffers = calloc(config->fb_count, sizeof *gBuffers);
	if (!gBuffers)
		hostFail("no memory");
	for (gCount = 0; gCount < config->fb_count; gCount++) {
		uint8_t* data = heap_caps_malloc(gCapacity, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
		if (!data) {
			freeBuffers();
			return ESP_FAIL; /* the only error of cam_config() */
		}
		gBuffers[gCount].fb.buf = data;
	}
	return ESP_OK;
}

/* Returns whether the bus is stuck, after a second for each sensor that the driver knows, or sooner if the fault ends. */
static bool hangs(void)
{
	bool stuck = faultActive(kFaultBusStuck);
	for (int waited = 0; waited < 17 * 100 && faultActive(kFaultBusStuck) && !gInterrupted; waited++)
		usleep(10 * 1000);
	return stuck;
}

esp_err_t esp_camera_init(const camera_config_t* config)
{
	framesize_t size = config->frame_size;
	camera_sensor_info_t* info;
	pthread_condattr_t attributes;
	esp_err_t error;
	if (gOpen)
		return ESP_ERR_INVALID_STATE;
	if (!config->fb_count || config->fb_count > kMaxBuffers)
		return ESP_ERR_INVALID_ARG;
	if (gInterrupted)
		return ESP_FAIL;
	usleep((useconds_t)gOptions.initTime * 1000);
	if (faultActive(kFaultSensorNack) || hangs())
		return ESP_ERR_NOT_FOUND;
	gNacked = false;
	sensorReset(&gSensor);
	info = esp_camera_sensor_get_info(&gSensor.id);
	if (config->pixel_format == PIXFORMAT_JPEG && !info->support_jpeg)
		return ESP_ERR_NOT_SUPPORTED;
	if (size > info->max_size)
		size = info->max_size;
	/* The process makes only JPEG: in another format the sensor answers, but gives no frames. */
	bool filling = config->pixel_format == PIXFORMAT_JPEG;
	if (filling && !sensorSpawn())
		return ESP_ERR_NOT_FOUND;
	pthread_mutex_lock(&gMutex);
	error = allocateBuffers(config, size);
	pthread_mutex_unlock(&gMutex);
	if (error != ESP_OK) {
		if (filling) {
			sensorEnd();
			sensorReap();
		}
		return error;
	}
	gMode = config->grab_mode;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&gFrameQueued, &attributes);
	pthread_condattr_destroy(&attributes);
	gSensor.xclk_freq_hz = config->xclk_freq_hz;
	gSensor.set_framesize(&gSensor, size);
	gSensor.set_pixformat(&gSensor, config->pixel_format);
	if (filling)
		gSensor.set_quality(&gSensor, config->jpeg_quality);
	pthread_mutex_lock(&gMutex);
	gOpen = true;
	gEnding = false;
	gFilling = filling;
	pthread_mutex_unlock(&gMutex);
	if (filling) {
		if (pthread_create(&gDma, NULL, dma, NULL))
			hostFail("no thread for the camera");
		sensorStream(true);
	}
	return ESP_OK;
}

esp_err_t esp_camera_deinit(void)
{
	if (!gOpen)
		return ESP_ERR_INVALID_STATE;
	pthread_mutex_lock(&gMutex);
	gEnding = true;
	pthread_mutex_unlock(&gMutex);
	if (gFilling) {
		sensorEnd();
		pthread_join(gDma, NULL);
		sensorReap();
	}
	/* Locked, since the host may ask for a report, or interrupt, at any time. */
	pthread_mutex_lock(&gMutex);
	for (size_t i = 0; i < gCount; i++) {
		if (gBuffers[i].state == kTaken)
			hostFail("the camera driver was closed before a frame was returned, whose memory is freed now");
	}
	freeBuffers();
	pthread_cond_destroy(&gFrameQueued);
	gOpen = false;
	gSensor = (sensor_t){ 0 }; /* the driver frees it */
	pthread_mutex_unlock(&gMutex);
	return ESP_OK;
}

camera_fb_t* esp_camera_fb_get(void)
{
	struct timespec until;
	FrameBuffer* buffer = NULL;
	if (faultActive(kFaultCameraNull))
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, &until);
	/* FB_GET_TIMEOUT */
	until.tv_sec += gCameraPatience / 1000;
	until.tv_nsec += (long)(gCameraPatience % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&gMutex);
	while (gOpen && !gEnding && !gInterrupted && !(buffer = oldestQueued())) {
		if (pthread_cond_timedwait(&gFrameQueued, &gMutex, &until) == ETIMEDOUT)
			break;
	}
	if (buffer)
		buffer->state = kTaken;
	pthread_mutex_unlock(&gMutex);
	return buffer ? &buffer->fb : NULL;
}

void esp_camera_fb_return(camera_fb_t* fb)
{
	FrameBuffer* buffer = (FrameBuffer*)fb;
	pthread_mutex_lock(&gMutex);
	if (!gOpen || buffer->state != kTaken)
		hostFail("a frame was returned to the camera driver twice");
	buffer->state = faultActive(kFaultBuffers) ? kKept : kFree;
	pthread_mutex_unlock(&gMutex);
}

sensor_t* esp_camera_sensor_get(void)
{
	return gOpen ? &gSensor : NULL;
}

/* For the host itself */

bool sensorInterrupted(void)
{
	pthread_mutex_lock(&gMutex);
	bool interrupted = gInterrupted;
	pthread_mutex_unlock(&gMutex);
	return interrupted;
}

void sensorInterrupt(void)
{
	pthread_mutex_lock(&gMutex);
	gInterrupted = true;
	if (gOpen)
		pthread_cond_broadcast(&gFrameQueued);
	pthread_mutex_unlock(&gMutex);
}

void sensorReport(size_t* total, size_t* home, const char** grabMode)
{
	pthread_mutex_lock(&gMutex);
	*total = gCount;
	*grabMode = gMode == CAMERA_GRAB_LATEST ? "latest" : "whenEmpty";
	*home = 0;
	takeKept();
	for (size_t i = 0; i < gCount; i++)
		*home += gBuffers[i].state != kTaken && gBuffers[i].state != kKept;
	pthread_mutex_unlock(&gMutex);
}
