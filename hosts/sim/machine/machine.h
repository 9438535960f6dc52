/* Between machine.c and modules.c, which both see XS from the inside. */
#pragma once

#include "xsAll.h"
#include "xsScript.h"

/* Functions of XS's own that its headers do not declare. */
extern void fxGrowSlots(txMachine* the, txSize count);
extern void fxRemapIDs(txMachine* the, txByte* codeBuffer, txSize codeSize, txID* ids);

/* Parses every module of the map and interns its names; ends the process on a syntax error. */
void modulesOpen(txMachine* the, const char* mapPath);
void modulesClose(void);
/* The next specifier of the map that matches one of the patterns; `after` NULL: the first. NULL: no more. */
const char* modulesMatch(const char* patterns, const char* after);

/* Memory for the machine's region (heap.c), until heapRegionFree(). */
void* heapRegion(size_t size);
void heapRegionFree(void);
