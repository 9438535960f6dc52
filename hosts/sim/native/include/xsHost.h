/*
	The simulator's version of the SDK's xsHost.h (xs/platforms/esp/xsHost.h on
	the device), beyond what XS's own headers bring: messages into the machine.
*/
#pragma once

#include <stdint.h>

/*
	Posts a message into the machine's bounded queue, from any thread. As on the
	device it waits while the queue is full; from the machine's own thread that
	would be for ever, so there it ends the process and says why. Not 0 where the
	machine is ending.
*/
typedef void (*modMessageDeliver)(void* the, void* refcon, uint8_t* message, uint16_t messageLength);
int modMessagePostToMachine(
	void* the, uint8_t* message, uint16_t messageLength, modMessageDeliver callback, void* refcon);

/* What the board's manifest may set under "defines"; here options, so that tests need not wait as long. */
extern unsigned gCameraPatience, gCameraRestart; /* milliseconds */
#define MODDEF_CAMERA_PATIENCE gCameraPatience
#define MODDEF_CAMERA_RESTART gCameraRestart

/* What the built-ins take of the heap, where they are not in flash: set once they are made. */
extern int gBuiltInSlots, gBuiltInChunks;
#define BUILT_IN_SLOTS gBuiltInSlots
#define BUILT_IN_CHUNKS gBuiltInChunks

/* XS 13's xsmc.h has no name yet for what XS 17's calls so. */
#ifndef xsmcToReference
	#define xsmcToReference(_SLOT) fxToReference(the, &_SLOT)
#endif
