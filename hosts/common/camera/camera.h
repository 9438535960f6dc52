/*
	The binding over Espressif's camera driver (esp32-camera, esp_camera.h), for the board and for the simulator.

	A FreeRTOS task waits in esp_camera_fb_get() and keeps the newest frame. It tells the machine by a message, of which at
	most one is under way. No other call crosses from the task into the machine.

	A frame in the script's hands is a host buffer over the driver's own memory. It goes back to the driver exactly once: by
	close(), by detach(), which moves what a slow reader still needs into a copy, by the camera's close(), or by the garbage
	collector.

	A sensor that stops giving frames is reported, and after a while the task closes the driver and opens it again. That takes
	the driver's memory away, so the task first has the machine move every frame out of it.

	The sensor is set over a bus of 100 kHz, which may also be stuck. So each request to it has a task of its own, which ends
	with the request: there is one at a time, and the machine goes on meanwhile. It abandons a request that takes too long;
	the task then undoes what it has set, whenever the bus lets it.

	Who may touch what:
	- the machine's thread alone: the held frames;
	- all, under the camera's mutex, which nobody keeps for long: what they tell each other, and the count of the buffers
	  that are out;
	- the tasks, under the driver's mutex: the sensor, and what it was set to. The capture task keeps it while it restarts or
	  closes the driver, and the bus's task while it sets the sensor. The machine's thread never takes it: it reads a copy of
	  the sensor's settings.

	The task opens the driver, too: with a bus that is stuck, that takes half a minute. The machine waits for a second, and
	fetches the open driver later.

	camera-open.c opens, camera.c closes and captures, camera-frames.c holds frames, camera-task.c is the task, camera-message.c
	its message to the machine, camera-bus.c the bus's task, and camera-controls.c what the script asks of the sensor.
*/
#pragma once

#include "xsmc.h"
#include "xsHost.h"

#include "esp_camera.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

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
	How long the machine waits for the driver to be opened. That takes some hundreds with a sensor that answers. With a bus
	that is stuck it takes half a minute: the driver waits a second for each sensor that it knows.
*/
#ifndef MODDEF_CAMERA_OPEN_WAIT
	#define MODDEF_CAMERA_OPEN_WAIT 1000
#endif
/* esp_camera_init(), which the task calls, logs and talks I2C: it needs what a main task has. */
#define kTaskStack (8 * 1024)
#define kTaskPriority 10
/*
	How long a request to the sensor may take. The largest, all controls at once, takes some 200. With a bus that is stuck
	each register takes a second (sccb-ng.c, TIMEOUT_MS), and the drivers give up after the first.
*/
#ifndef MODDEF_CAMERA_BUS_WAIT
	#define MODDEF_CAMERA_BUS_WAIT 1500
#endif
/*
	How long the machine waits for a request of a few registers, which takes some two: less than an answer of the script. In
	return nothing is allocated for it, and no connection is kept waiting.
*/
#ifndef MODDEF_CAMERA_BUS_QUICK
	#define MODDEF_CAMERA_BUS_QUICK 8
#endif
/* The drivers' setters log, and have tables of registers on the stack. */
#define kBusTaskStack (4 * 1024)
#define kBusTaskPriority 5

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

/* Requests to the sensor */

typedef enum {
	kChange, /* sets controls, all of them or none */
	kClock,
	kReadRegister,
	kWriteRegister,
	kPll,
	kWindow,
	kNoCommand,
} Command;

enum { kMostValues = 12 };

typedef struct {
	uint8_t command;
	uint8_t count; /* of changes */
	union {
		Setting changes[kControlCount];
		int values[kMostValues];
	};
} SensorRequest;

/* What became of a request: what was read, or 0; otherwise one of these, or kRefused less the number of the change. */
enum { kStuck = -2000, kRestarting = -1000, kRefused = -1 };

typedef enum {
	kBusIdle,
	kBusAwaited,   /* the machine's thread waits for the task */
	kBusAsked,     /* the result comes by the message */
	kBusAbandoned, /* nobody wants the result any more */
	kBusDone,      /* there is a result */
} BusState;

/* The camera */

typedef enum {
	kNoFault,
	kNoFrames,
	kBrokenFrames,
	kAllHeld, /* the script's doing, not the camera's */
	kNotRestarted,
} Fault;

/* What the script asks for. */
typedef struct {
	camera_config_t config;
	int frameSize;
} CameraRequest;

/* References of the script's; NULL where there is none. */
typedef struct {
	xsSlot* onReadable;
	xsSlot* onError;
	xsSlot* onRestart;
	xsSlot* onResult;
	xsSlot* framePrototype;
} CameraCallbacks;

typedef struct {
	xsMachine* the;
	xsSlot object;
	CameraCallbacks callbacks;
	TaskHandle_t task;
	CameraRequest request;
	const camera_sensor_info_t* sensor;
	size_t bufferCount;
	uint32_t pixels; /* of the largest frame that the buffers are for */

	/* Under gDriverMutex */
	camera_config_t config; /* as the driver was opened, to be opened so again */
	Setting settings[kControlCount];
	uint8_t settingCount;
	uint8_t open; /* not where a restart has failed */

	/* Shared with the tasks, under the mutex */
	SemaphoreHandle_t mutex;
	BusState bus;
	SensorRequest sensorRequest; /* for the bus's task alone while there is one */
	int result;                  /* of the request */
	camera_status_t status;      /* of the sensor, after the last request */
	int clock;                   /* of the sensor, in MHz */
	int pixelFormat;
	uint8_t resizing;        /* the frame size is being set, and the driver may give frames the wrong one */
	uint8_t restarting;      /* there is no sensor */
	camera_fb_t* latest;     /* captured and not yet read */
	size_t lent;             /* buffers that are out of the driver's hands, the latest's included */
	int64_t roomSince;       /* when the driver got a buffer back and had none before */
	int64_t freshFrom;       /* frames whose capture began earlier are stale */
	uint32_t dropped;        /* frames that were no whole JPEG */
	esp_err_t error;         /* of the opening, or of the last restart */
	uint8_t opened;          /* the opening has ended */
	uint8_t failed;          /* the opening has failed, and the task has ended */
	uint8_t waitsForClosing; /* the task of the camera before has yet to end */
	const camera_sensor_info_t* withoutJpeg; /* the sensor, if the opening failed since it gives no JPEG */
	Fault fault;                             /* the script is to be told */
	uint8_t told;                            /* a bit per fault, since the last good frame */
	uint8_t restarted;                       /* the script is to be told */
	uint8_t moveOut;                         /* the task waits for the frames to leave the driver's memory */
	uint8_t running;
	uint8_t closing;
	uint8_t posted; /* the one message is under way */
	uint8_t uses;   /* the object, the tasks, the message */
} CameraRecord, *Camera;

typedef enum { kDriverFree, kDriverOpen, kDriverClosing } DriverState;
extern DriverState gDriver; /* for the machine's thread alone; kDriverOpen also while it is being opened */
extern Camera gCamera;      /* for the machine's thread alone: the one that an object of the script has, or NULL */
extern SemaphoreHandle_t gDriverClosed; /* given when the task of a closed camera is done */
extern SemaphoreHandle_t gDriverMutex;  /* the sensor's, and what says whether there is one */
extern SemaphoreHandle_t gBusDone;      /* given with a result that the machine's thread waits for */

void lockCamera(Camera camera);
void unlockCamera(Camera camera);
/* Ends one of the uses of the record, and frees it with the last. */
void releaseCamera(Camera camera);
/* Returns the record of a script's camera. Throws if it is closed. */
Camera cameraOf(xsMachine* the);
extern const xsHostHooks cameraHooks;
/* Closes a camera that is no longer the script's. The task ends by itself, wherever it is. */
void closeCamera(Camera camera);
/* Returns a buffer to the driver. The caller holds the mutex, since a driver that is being restarted must not get any. */
void returnBuffer(Camera camera, camera_fb_t* fb);
void returnLatest(Camera camera);
/* Microseconds since boot. */
int64_t capturedAt(const camera_fb_t* fb);

/* camera-open.c */

/* For the task: opens the driver. Returns whether it is open; otherwise the task must end. */
uint8_t openCamera(Camera camera);
/* The camera is closed: nobody fetches it. */
void forgetOpening(Camera camera);

/* camera-frames.c, for the machine's thread alone */

typedef struct HeldFrame HeldFrame;
/* Allocates the record of a frame before the frame is taken; NULL if there is no memory. */
HeldFrame* newHeldFrame(void);
/* Makes xsResult the object of a frame over the driver's buffer. */
void holdFrame(xsMachine* the, Camera camera, HeldFrame* held, camera_fb_t* fb);
/* Moves all frames out of the driver's memory, and empties those that there is no memory to copy for. */
void moveAllFramesOut(xsMachine* the);
/* Makes all views of frames empty: no view may reach into memory that is the driver's again. */
void emptyAllFrames(xsMachine* the);
/* Returns all frames to the driver. */
void dropAllFrames(void);

/* camera-task.c */

void captureTask(void* parameter);

/* camera-message.c */

/* Returns whether the caller has to post the message. It calls with the camera locked, and posts unlocked. */
uint8_t claimMessage(Camera camera);
void postMessage(Camera camera);

/* A message of an error: more than fxThrowMessage() has room for. */
typedef char CameraText[256];
const char* explainCameraError(esp_err_t error);

/* camera-bus.c */

uint32_t pixelsOf(framesize_t size);
/* Returns whether the buffers and the sensor go as far as a frame size. The sensors' own setters check neither. */
uint8_t fitsCamera(Camera camera, int size);
/* Under the driver's mutex */
void restoreSettings(Camera camera, sensor_t* sensor);
/* Copies the sensor's settings for the machine. Under the driver's mutex, and called locked. */
void copyStatus(Camera camera);
int controlOf(const camera_status_t* status, Control control);
/* Begins a request, whose result goes to the script, at once if it is quick. Throws if another is under way, or there is no sensor. */
void beginRequest(xsMachine* the, Camera camera, const SensorRequest* request);
/* Begins a request and waits for its result. Throws the same, and if there is no result. */
int awaitRequest(xsMachine* the, Camera camera, const SensorRequest* request);
/* Gives a result to the script, which is a string if there is none. Uses xsVar(0). */
void tellResult(xsMachine* the, Camera camera, int result);
