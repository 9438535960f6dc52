/*
	Espressif's camera driver (esp32-camera, driver/cam_hal.c) over the sensor
	process: fb_count frame buffers of a fixed size, filled by a thread that plays
	the DMA, whether or not anybody takes them. With CAMERA_GRAB_LATEST a frame
	that nobody took gives way to the newest; a frame that finds no buffer free, or
	is larger than one, is lost, as on the board.
*/
#include "esp_camera.h"
#include "esp_timer.h"
#include "host.h"
#include "sensor-process.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	kMaxBuffers = 8,
	kGetTimeout = 4,                        /* seconds: FB_GET_TIMEOUT */
	kOverflowReport = 10 * 1000 * 1000,     /* microseconds between two reports of overflowing frames */
};

typedef enum { kFree, kFilling, kQueued, kTaken } BufferState;

typedef struct {
	camera_fb_t fb;          /* first: esp_camera_fb_return() casts back */
	BufferState state;
	uint32_t sequence;
} FrameBuffer;

void sensorReset(sensor_t* sensor);

static pthread_mutex_t gMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gFrameQueued;
static pthread_t gDma;
static FrameBuffer gBuffers[kMaxBuffers];
static size_t gCount, gCapacity;
static camera_grab_mode_t gMode;
static uint32_t gSequence;
static bool gOpen, gEnding;
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

/* A buffer for the frame that begins now: a free one, or in "latest" mode the oldest that nobody took. */
static FrameBuffer* claim(void)
{
	FrameBuffer* buffer = NULL;
	pthread_mutex_lock(&gMutex);
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
	fprintf(stderr, "yieldcam-sim: frame buffer overflow: a frame of %zu bytes is dropped, as on the board; a buffer has %zu. "
		"A higher --quality number makes smaller frames\n", length, gCapacity);
}

static bool fill(FrameBuffer* buffer, const SensorFrame* frame)
{
	bool whole = sensorReadBytes(buffer->fb.buf, frame->length);
	uint64_t since = frame->timestamp - gBoot;
	pthread_mutex_lock(&gMutex);
	if (whole) {
		buffer->fb.len = frame->length;
		buffer->fb.width = frame->width;
		buffer->fb.height = frame->height;
		buffer->fb.format = PIXFORMAT_JPEG;
		buffer->fb.timestamp.tv_sec = (time_t)(since / 1000000);
		buffer->fb.timestamp.tv_usec = (suseconds_t)(since % 1000000);
		buffer->sequence = ++gSequence;
		buffer->state = kQueued;
		pthread_cond_signal(&gFrameQueued);
	}
	else
		buffer->state = kFree;
	pthread_mutex_unlock(&gMutex);
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
	bool expected = gEnding;
	pthread_mutex_unlock(&gMutex);
	if (!expected)
		hostFail("the sensor process ended");
	return NULL;
}

/* The driver's interface */

esp_err_t esp_camera_init(const camera_config_t* config)
{
	pthread_condattr_t attributes;
	if (gOpen)
		return ESP_ERR_INVALID_STATE;
	if (config->pixel_format != PIXFORMAT_JPEG || config->frame_size > FRAMESIZE_UXGA)
		return ESP_ERR_NOT_SUPPORTED;
	if (!config->fb_count || config->fb_count > kMaxBuffers)
		return ESP_ERR_INVALID_ARG;
	if (!sensorSpawn())
		return ESP_ERR_NOT_FOUND;
	gCount = config->fb_count;
	gMode = config->grab_mode;
	/* The driver's automatic size (CONFIG_CAMERA_JPEG_MODE_FRAME_SIZE_AUTO). */
	gCapacity = gOptions.jpegBuffer;
	if (!gCapacity)
		gCapacity = (size_t)resolution[config->frame_size].width * resolution[config->frame_size].height / 5;
	for (size_t i = 0; i < gCount; i++) {
		gBuffers[i] = (FrameBuffer){ .fb.buf = malloc(gCapacity) };
		if (!gBuffers[i].fb.buf)
			hostFail("no memory for frame buffers");
	}
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&gFrameQueued, &attributes);
	pthread_condattr_destroy(&attributes);
	gOpen = true;
	gEnding = false;
	sensorReset(&gSensor);
	gSensor.xclk_freq_hz = config->xclk_freq_hz;
	gSensor.set_framesize(&gSensor, config->frame_size);
	gSensor.set_quality(&gSensor, config->jpeg_quality);
	if (pthread_create(&gDma, NULL, dma, NULL))
		hostFail("no thread for the camera");
	sensorStream(true);
	return ESP_OK;
}

esp_err_t esp_camera_deinit(void)
{
	if (!gOpen)
		return ESP_ERR_INVALID_STATE;
	pthread_mutex_lock(&gMutex);
	gEnding = true;
	pthread_mutex_unlock(&gMutex);
	sensorEnd();
	pthread_join(gDma, NULL);
	sensorReap();
	/* Locked: the host may ask for a report, or interrupt, at any time. */
	pthread_mutex_lock(&gMutex);
	for (size_t i = 0; i < gCount; i++)
		free(gBuffers[i].fb.buf);
	gCount = 0;
	pthread_cond_destroy(&gFrameQueued);
	gOpen = false;
	pthread_mutex_unlock(&gMutex);
	return ESP_OK;
}

camera_fb_t* esp_camera_fb_get(void)
{
	struct timespec until;
	FrameBuffer* buffer = NULL;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += kGetTimeout;
	pthread_mutex_lock(&gMutex);
	while (gOpen && !gEnding && !(buffer = oldestQueued())) {
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
	if (buffer->state != kTaken)
		hostFail("a frame was returned to the camera driver twice");
	buffer->state = kFree;
	pthread_mutex_unlock(&gMutex);
}

sensor_t* esp_camera_sensor_get(void)
{
	return gOpen ? &gSensor : NULL;
}

/* For the host itself */

void sensorInterrupt(void)
{
	pthread_mutex_lock(&gMutex);
	gEnding = true;
	if (gOpen)
		pthread_cond_broadcast(&gFrameQueued);
	pthread_mutex_unlock(&gMutex);
}

void sensorReport(size_t* total, size_t* home)
{
	pthread_mutex_lock(&gMutex);
	*total = gCount;
	*home = 0;
	for (size_t i = 0; i < gCount; i++)
		*home += gBuffers[i].state != kTaken;
	pthread_mutex_unlock(&gMutex);
}
