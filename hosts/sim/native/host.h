/* What the parts of the simulated device share, in whatever program it runs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Command line (options.c) */

typedef struct {
	const char* modules;  /* module map: "specifier TAB path" lines */
	const char* data;     /* folder of the files that the manifest's "data" names, or NULL */
	const char* settings; /* file of what outlives a restart, or NULL */
	const char* config;   /* JSON text of the firmware's mc/config */
	const char* preload;  /* specifiers, separated by commas, "*" for the rest of one */
	bool board;           /* board profile: lwIP's window and sockets, the device's heap */
	size_t sendWindow;    /* bytes in flight and unsent per socket */
	size_t
		lastWords; /* milliseconds that a peer has to take what was written before close(); lwIP gives it retransmissions */
	size_t pollMost;     /* microseconds between two looks for acknowledgements, at most */
	size_t chunkBytes;   /* heap of the board beyond the built-ins: chunk space in bytes … */
	size_t slotCount;    /* … and slots */
	size_t reserve;      /* slots that its reserve has room for; 0 = it has none */
	size_t stackSlots;   /* the machine's stack, in slots */
	size_t jpegBuffer;   /* bytes per frame buffer; 0 = width * height / 5, as the driver's */
	size_t psram;        /* bytes; 0 = as much as there is */
	int model;           /* of the sensor: camera_model_t */
	size_t initTime;     /* milliseconds that opening the camera driver takes: on the board some hundreds */
	size_t decodeTime;   /* nanoseconds that decoding a JPEG takes for each pixel */
	char* const* sensor; /* argv of the sensor process, NULL-terminated */
} HostOptions;

extern HostOptions gOptions;

void optionsParse(int argc, char* const argv[]);

/* One clear line on stderr and exit(1). */
void hostFail(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Faults on demand (faults.c) */

#define FAULTS(FAULT) \
	FAULT(kFaultCameraStall, "camera-stall")         /* the sensor sends no frames */ \
	FAULT(kFaultCameraNull, "camera-null")           /* esp_camera_fb_get() returns NULL at once */ \
	FAULT(kFaultCameraTruncated, "camera-truncated") /* frames lack their second half */ \
	FAULT(kFaultSensorNack, "sensor-nack")           /* no sensor answers; it has to be opened anew */ \
	FAULT(kFaultBuffers, "buffers-exhausted")        /* all of the driver's frame buffers are taken, and all PSRAM */ \
	FAULT(kFaultSend, "send-error")                  /* what is sent breaks its connection */ \
	FAULT(kFaultHalfOpen, "half-open")   /* those who are connected when it begins are gone without a word */ \
	FAULT(kFaultAccept, "accept-emfile") /* accept() fails for want of descriptors */ \
	FAULT(kFaultClock, "clock-jump")     /* the wall clock is twenty years behind */

typedef enum {
#define FAULT_ID(ID, NAME) ID,
	FAULTS(FAULT_ID) kFaultCount
} Fault;

void faultPlan(const char* text); /* NAME@START[+DURATION] */
bool faultActive(Fault fault);
uint64_t faultBegan(Fault fault); /* as loopNow() says it; 0 where it is not active */
void faultSignal(void);           /* begins those that wait for SIGUSR2, or ends them */

/* Loop (loop.c): one epoll, one bounded queue of messages into the machine, timers */

typedef struct LoopWatch LoopWatch;
struct LoopWatch {
	void (*ready)(LoopWatch* watch, uint32_t events);
	int fd;
	uint32_t events;
};

void loopOpen(void);
void loopRun(void* machine);
/* For a program with a loop of its own: a turn's work, when the descriptor is readable or the time is up. */
void loopTurn(void* machine, bool wait);
int loopDescriptor(void);
int loopTimeout(void); /* milliseconds until a turn is due; -1: none is */
void loopStop(void);
/* The machine is gone: who still has a message under way gets it, to let go of what it holds. */
void loopDrain(void);
void loopClose(void);
void loopWatch(LoopWatch* watch, uint32_t events); /* 0 = stop watching */
uint64_t loopNow(void);                            /* microseconds, CLOCK_MONOTONIC */

/* Timers of the host itself and of the `timer` module. */
typedef struct LoopTimer LoopTimer;
struct LoopTimer {
	LoopTimer* next;
	uint64_t due;
	bool armed;
	void (*fire)(LoopTimer* timer);
};

void loopArm(LoopTimer* timer, uint64_t microseconds);
void loopDisarm(LoopTimer* timer);

/* Tasks (freertos.c): until the last has ended, for shutdown */

void tasksWait(void);

/* Sockets (pcb.c) and frame buffers (driver.c), for the report on SIGUSR1 */

size_t pcbCount(void);
void pcbCloseAll(void);
void sensorReport(size_t* total, size_t* home, const char** grabMode);
int sensorModel(const char* name); /* camera_model_t, or -1 (sensor.c) */
void sensorInterrupt(void);        /* a blocked esp_camera_fb_get() returns at once, for shutdown */
