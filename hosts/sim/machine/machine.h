/* The interface between machine.c and modules.c, which both use XS's internals. */
#pragma once

#include "xsAll.h"
#include "xsScript.h"

#include <stdbool.h>

/* Functions of XS that its headers do not declare. */
extern void fxGrowSlots(txMachine* the, txSize count);
extern void fxRemapIDs(txMachine* the, txByte* codeBuffer, txSize codeSize, txID* ids);

/* Parses every module of the map and interns its names. Ends the process on a syntax error. */
void modulesOpen(txMachine* the, const char* mapPath);
void modulesClose(void);
/* Returns the next specifier of the map that matches one of the patterns, the first if `after` is NULL, or NULL. */
const char* modulesMatch(const char* patterns, const char* after);

/*
	Writes an exception's name, message and stack into the buffer, and returns that. The
	promise is the one that was rejected with it, or NULL.
*/
const char* exceptionText(txMachine* the, const txSlot* exception, const void* promise, char* buffer, size_t size);
/* The same of where the script is. */
const char* framesText(txMachine* the, char* buffer, size_t size);

/* Reports whether a value is an Error, which has a stack (thrown.c). */
bool isError(const txSlot* value);
/* Returns where another value was thrown, or the promise rejected with it: lines as of framesText(), or "". */
const char* thrownText(const void* promise, const txSlot* value);

/* Allocates the machine's region (heap.c). heapRegionFree() frees it. */
void* heapRegion(size_t size);
void heapRegionFree(void);
