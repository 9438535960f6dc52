/*
	The simulator's version of the SDK's xsHost.h (xs/platforms/esp/xsHost.h on the
	device). It adds messages into the machine to XS's own headers.
*/
#pragma once

#include <stdint.h>

/*
	Posts a message into the machine's bounded queue, from any thread. As on the
	device it waits while the queue is full. The machine's own thread would wait
	forever, so there it ends the process and says why. Returns a value other than 0
	if the machine is ending.
*/
typedef void (*modMessageDeliver)(void* the, void* refcon, uint8_t* message, uint16_t messageLength);
int modMessagePostToMachine(
	void* the, uint8_t* message, uint16_t messageLength, modMessageDeliver callback, void* refcon);

/* The same, without waiting: returns a value other than 0 if the queue is full, too. Tasks may call it, as well. */
int modMessagePostToMachineFromISR(void* the, modMessageDeliver callback, void* refcon);

/* The board's manifest may set these under "defines". Here they are options, so that tests need not wait as long. */
extern unsigned gCameraPatience, gCameraRestart; /* milliseconds */
#define MODDEF_CAMERA_PATIENCE gCameraPatience
#define MODDEF_CAMERA_RESTART gCameraRestart
/* Here a busy machine, not a bus, is what takes long. */
#define MODDEF_CAMERA_OPEN_WAIT 60000

/* The built-ins' part of the heap, since here they are not in flash. Set once they are made. */
extern int gBuiltInSlots, gBuiltInChunks;
#define BUILT_IN_SLOTS gBuiltInSlots
#define BUILT_IN_CHUNKS gBuiltInChunks

/* XS 17's xsmc.h has this name, and XS 13's does not. */
#ifndef xsmcToReference
	#define xsmcToReference(_SLOT) fxToReference(the, &_SLOT)
#endif
