/* The interfaces between the parts of the simulated device, in every program that contains it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Command line (options.c) */

typedef struct {
	const char* modules;    /* module map: "specifier TAB path" lines */
	const char* data;       /* folder of the files that the manifest's "data" names, or NULL */
	const char* settings;   /* file of the data that survive a restart, or NULL */
	const char* config;     /* JSON text of the firmware's mc/config */
	const char* flash;      /* file of the flash, with the firmware's slots, or NULL */
	size_t powerCut;        /* the operation on the flash in which the power fails; 0 = none */
	bool flashTime;         /* whether the flash takes its time */
	char* const* arguments; /* the command line, to start again */
	const char* pins;       /* Unix socket that shows and drives the pins, or NULL */
	const char* preload;    /* specifiers, separated by commas, "*" for the rest of one */
	const char* lines; /* folder of the program whose stacks have files, relative to it, and lines; NULL = no stacks */
	bool board;        /* board profile: lwIP's window and sockets, the device's heap */
	size_t sendWindow; /* bytes in flight and unsent per socket */
	size_t lastWords; /* milliseconds for a peer to take what was written before close(); lwIP limits retransmissions */
	size_t pollMost;  /* most microseconds between two checks for acknowledgements */
	size_t chunkBytes;   /* heap of the board beyond the built-ins: chunk space in bytes … */
	size_t slotCount;    /* … and slots */
	size_t reserve;      /* size of its reserve, in slots; 0 = none */
	size_t stackSlots;   /* the machine's stack, in slots */
	size_t jpegBuffer;   /* bytes per frame buffer; 0 = width * height / 5, as the driver's */
	size_t psram;        /* bytes; 0 = no limit */
	int model;           /* the sensor's camera_model_t */
	size_t initTime;     /* milliseconds to open the camera driver: some hundreds on the board */
	size_t decodeTime;   /* nanoseconds per pixel to decode a JPEG */
	char* const* sensor; /* argv of the sensor process, NULL-terminated */
} HostOptions;

extern HostOptions gOptions;

void optionsParse(int argc, char* const argv[]);

/* Ends the process if another one has the file of the settings (store.c). */
void storeLock(void);

/* Prints one line to stderr and ends the process with status 1. */
void hostFail(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Faults on demand (faults.c) */

#define FAULTS(FAULT) \
	FAULT(kFaultCameraStall, "camera-stall")         /* the sensor sends no frames */ \
	FAULT(kFaultCameraNull, "camera-null")           /* esp_camera_fb_get() returns NULL at once */ \
	FAULT(kFaultCameraTruncated, "camera-truncated") /* frames lack their second half */ \
	FAULT(kFaultSensorNack, "sensor-nack")           /* no sensor answers; it has to be opened again */ \
	FAULT(kFaultBusStuck, "bus-stuck") /* the sensor's bus hangs: to open the camera takes half a minute, and fails */ \
	FAULT(kFaultBusSlow, "bus-slow")   /* each of the sensor's registers takes a millisecond */ \
	FAULT(kFaultBuffers, "buffers-exhausted") /* all of the driver's frame buffers are taken, and all PSRAM */ \
	FAULT(kFaultSend, "send-error")           /* sending breaks the connection */ \
	FAULT(kFaultUdpMemory, "udp-nomem")       /* no transmit buffer is free for a packet of UDP */ \
	FAULT(kFaultUdpLoss, "udp-loss")          /* one packet of UDP in twenty is lost */ \
	FAULT(kFaultHalfOpen, "half-open")        /* peers connected when it begins have vanished */ \
	FAULT(kFaultAccept, "accept-emfile")      /* accept() finds no descriptors */ \
	FAULT(kFaultClock, "clock-jump")          /* the wall clock is twenty years behind */

typedef enum {
#define FAULT_ID(ID, NAME) ID,
	FAULTS(FAULT_ID) kFaultCount
} Fault;

void faultPlan(const char* text); /* NAME@START[+DURATION] */
bool faultActive(Fault fault);
uint64_t faultBegan(Fault fault); /* a time of loopNow(), or 0 if it is not active */
void faultSignal(void);           /* begins the faults that wait for SIGUSR2, or ends them */

/* Loop (loop.c): one epoll, one bounded queue of messages into the machine, timers */

typedef struct LoopWatch LoopWatch;
struct LoopWatch {
	void (*ready)(LoopWatch* watch, uint32_t events);
	int fd;
	uint32_t events;
};

void loopOpen(void);
/* A turn of the loop has two parts. Both return false if the loop has been stopped. The first calls what has been posted. */
bool loopMessages(void* machine);
/* The second calls what watches a descriptor, and the timers; with `wait`, once there is something to do. */
bool loopEvents(bool wait);
/* For a program with its own loop: it turns when the descriptor is readable or the time is up. */
int loopDescriptor(void);
int loopTimeout(void); /* milliseconds until a turn is due, or -1 if none is */
void loopStop(void);
/* After the machine has ended: delivers the queued messages, so that their owners can free what they hold. */
void loopDrain(void);
void loopClose(void);
void loopWatch(LoopWatch* watch, uint32_t events); /* 0 = stop watching */
uint64_t loopNow(void);                            /* microseconds, CLOCK_MONOTONIC */

/* Timers for the host itself and for the `timer` module. */
typedef struct LoopTimer LoopTimer;
struct LoopTimer {
	LoopTimer* next;
	uint64_t due;
	bool armed;
	void (*fire)(LoopTimer* timer);
};

void loopArm(LoopTimer* timer, uint64_t microseconds);
void loopDisarm(LoopTimer* timer);

/* Tasks (freertos.c): waits until the last has ended, for shutdown */

void tasksWait(void);

/* Pins (gpio-socket.c) */

void gpioSocketOpen(void);
void gpioSocketClose(void);

/* Sockets (pcb.c) and frame buffers (driver.c), for the report on SIGUSR1 */

size_t pcbCount(void);
void pcbCloseAll(void);
void sensorReport(size_t* total, size_t* home, const char** grabMode);
int sensorModel(const char* name); /* camera_model_t, or -1 (sensor.c) */
void sensorInterrupt(void);        /* makes a blocked esp_camera_fb_get() return at once, for shutdown */
