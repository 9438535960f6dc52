/* Frames in the script's hands: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include "esp_heap_caps.h"

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

static void dropFrame(HeldFrame* held)
{
	HeldFrame** address = &gHeld;
	while (*address != held)
		address = &(*address)->next;
	*address = held->next;
	if (held->fb) {
		lockCamera(held->camera);
		returnBuffer(held->camera, held->fb);
		unlockCamera(held->camera);
	}
	else
		heap_caps_free(held->data);
	c_free(held);
}

/* Moves a frame into a copy. Returns false, and leaves it where it is, if there is no memory for one. */
static uint8_t moveFrameOut(xsMachine* the, HeldFrame* held)
{
	xsSlot object = xsReference(held->object);
	uint8_t* copy;
	if (!held->fb)
		return 1;
	copy = heap_caps_malloc(held->length, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT);
	if (!copy)
		return 0;
	c_memcpy(copy, held->data, held->length);
	lockCamera(held->camera);
	returnBuffer(held->camera, held->fb);
	unlockCamera(held->camera);
	held->fb = NULL;
	held->data = copy;
	xsmcSetHostBuffer(object, copy, held->length);
	xsmcPetrifyHostBuffer(object);
	return 1;
}

/* Without an address every view of it has the length 0. */
static void emptyFrame(xsMachine* the, HeldFrame* held)
{
	xsSlot object = xsReference(held->object);
	xsmcSetHostBuffer(object, NULL, 0);
}

void moveAllFramesOut(xsMachine* the)
{
	HeldFrame* held = gHeld;
	while (held) {
		HeldFrame* next = held->next;
		if (!moveFrameOut(the, held)) {
			emptyFrame(the, held);
			dropFrame(held);
		}
		held = next;
	}
}

void emptyAllFrames(xsMachine* the)
{
	HeldFrame* held;
	for (held = gHeld; held; held = held->next)
		emptyFrame(the, held);
}

void dropAllFrames(void)
{
	while (gHeld)
		dropFrame(gHeld);
}

HeldFrame* newHeldFrame(void)
{
	return c_calloc(1, sizeof(HeldFrame));
}

void holdFrame(xsMachine* the, Camera camera, HeldFrame* held, camera_fb_t* fb)
{
	xsSlot prototype;
	held->camera = camera;
	held->data = fb->buf;
	held->fb = fb;
	held->length = fb->len;
	held->width = fb->width;
	held->height = fb->height;
	held->timestamp = (double)capturedAt(fb);
	held->next = gHeld;
	gHeld = held;

	prototype = xsReference(camera->callbacks.framePrototype);
	xsmcSetNewHostInstance(xsResult, prototype);
	xsmcSetHostBuffer(xsResult, held->data, held->length);
	xsmcPetrifyHostBuffer(xsResult);
	held->object = xsmcToReference(xsResult);
}

void xs_camera_frame_destructor(void* data)
{
	HeldFrame* held = data ? heldFrame(data) : NULL;
	if (held)
		dropFrame(held);
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
		emptyFrame(the, held);
		dropFrame(held);
	}
}

/* Lets capture go on while somebody still reads the frame. */
void xs_camera_frame_detach(xsMachine* the)
{
	HeldFrame* held = frameOf(the);
	xsmcSetBoolean(xsResult, !held || moveFrameOut(the, held));
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
