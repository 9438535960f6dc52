/* What the tasks say to the machine: their one message. See camera.h. */
#include "camera.h"
#include "mc.xs.h"

#include <stdio.h>

/* Result of modMessagePostToMachine() if a queue stays full for 20 ms, which happens in debug builds. */
#define kQueueFull -2

const char* explainCameraError(esp_err_t error)
{
	switch (error) {
	case ESP_ERR_NOT_FOUND:
	case ESP_ERR_NOT_SUPPORTED: /* camera_probe() reports it so; the caller handles a sensor without JPEG before */
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

static void describe(CameraText text, Fault fault, esp_err_t error)
{
	switch (fault) {
	case kBrokenFrames: snprintf(text, sizeof(CameraText), "the camera sends broken frames (no end of image)"); break;
	case kAllHeld:
		snprintf(text, sizeof(CameraText), "the camera has no buffer for a frame: the script holds them all");
		break;
	case kNotRestarted:
		snprintf(text, sizeof(CameraText), "the camera could not be restarted (0x%x): %s", (unsigned)error,
			explainCameraError(error));
		break;
	default: snprintf(text, sizeof(CameraText), "the camera gives no frames");
	}
}

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Camera camera = refcon;
	(void)machine;
	(void)message;
	(void)messageLength;

	lockCamera(camera);
	uint8_t vacating = camera->moveOut, restarted = camera->restarted, readable = camera->latest != NULL;
	Fault fault = camera->fault;
	esp_err_t error = camera->error;
	uint8_t done = camera->bus == kBusDone;
	int result = camera->result;
	if (done)
		camera->bus = kBusIdle;
	camera->posted = camera->moveOut = camera->restarted = 0;
	camera->fault = kNoFault;
	unlockCamera(camera);

	/* Each callback may close the camera, which only this thread does. */
	if (!camera->closing) {
		xsBeginHost(camera->the);
		xsmcVars(1);
		if (vacating) {
			moveAllFramesOut(the);
			xTaskNotifyGive(camera->task);
		}
		if (restarted && camera->callbacks.onRestart)
			xsCallFunction0(xsReference(camera->callbacks.onRestart), camera->object);
		if (done && !camera->closing)
			tellResult(the, camera, result);
		if (fault && !camera->closing && camera->callbacks.onError) {
			CameraText text;
			describe(text, fault, error);
			xsmcSetString(xsVar(0), text);
			xsCallFunction1(xsReference(camera->callbacks.onError), camera->object, xsVar(0));
		}
		if (readable && !camera->closing && camera->callbacks.onReadable)
			xsCallFunction1(xsReference(camera->callbacks.onReadable), camera->object, xsInteger(1));
		xsEndHost(camera->the);
	}
	releaseCamera(camera);
}

uint8_t claimMessage(Camera camera)
{
	if (camera->posted || camera->closing)
		return 0;
	camera->posted = 1;
	camera->uses++;
	return 1;
}

void postMessage(Camera camera)
{
	int posted;
	/* Until it is posted: of a request's result there is no second message. */
	do
		posted = modMessagePostToMachine(camera->the, NULL, 0, deliver, camera);
	while (posted == kQueueFull);
	if (posted) {
		/* The machine is on its way out. */
		lockCamera(camera);
		camera->posted = 0;
		unlockCamera(camera);
		releaseCamera(camera);
	}
}
