/* Messages to the machine (script.c). */
#pragma once

#include <stdint.h>

typedef void (*modMessageDeliver)(void* the, void* refcon, uint8_t* message, uint16_t messageLength);
int modMessagePostToMachine(
	void* the, uint8_t* message, uint16_t messageLength, modMessageDeliver callback, void* refcon);
/* The same, without waiting: returns -1 if the queue is full. */
int modMessagePostToMachineFromISR(void* the, modMessageDeliver callback, void* refcon);
