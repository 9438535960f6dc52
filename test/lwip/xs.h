/* The script's objects, and calls of their native functions: what stands for XS. */
#pragma once

#include "script.h"
#include "xsmc.h"

struct Object {
	void* data;
	const xsHostHooks* hooks;
	int roots; /* xsRemember(), less xsForget() */
	xsSlot callbacks[4];
	void* state;
	Object* next;
};

typedef struct {
	const Handlers* handlers;
	Object* object;
	const char* address;
	uint16_t port;
	Object* from;
} Options;

extern xsMachine gMachine;
extern char gBufferAddress[48]; /* the properties of the buffer that was made last */
extern uint16_t gBufferPort;
extern bool gHeapIsFull;         /* makes all further buffers throw */
extern __thread bool gIsMachine; /* whether this is the machine's thread */

Object* objectNew(void* state);
xsSlot objectSlot(Object* object);
/* Frees the objects that nothing holds. */
void collectGarbage(void);

/* Calls a native function, whose result is gMachine.result. Returns false if it throws. */
bool xsNative(void (*native)(xsMachine*), Object* self, int count, const xsSlot* arguments);
/* Calls a constructor with options. Returns NULL if it throws. */
Object* xsConstruct(void (*native)(xsMachine*), Options options, void* state);
