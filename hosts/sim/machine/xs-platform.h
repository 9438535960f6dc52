/* The platform for which XS is compiled: a POSIX process with one machine. */
#pragma once

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#undef mxLinux
#define mxLinux 1
#undef mxLittleEndian
#define mxLittleEndian 1

#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

/* Scripts' Date: see clock.c. */
#include <sys/time.h>
typedef struct timeval c_timeval;
#define c_timezone timezone
extern int wallClock(struct timeval* time, void* zone);
#define c_gettimeofday wallClock

/* Scripts' Math.random: see machine.c. */
extern uint32_t randomNumber(void);
#define c_rand randomNumber

/* What the interpreter and the promises call, here only (xs-run.sed, xs-promise.sed): see stuck.c and thrown.c. */
extern volatile int gStuck;
extern void stuckHere(void* the);
extern void thrownHere(void* the);
extern void rejectedHere(void* the, const void* promise);

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

/* The region is the same as in the SDK's machines (xs/platforms/esp/xsPlatform.h): see ../../common/reserve.h. */
#define RESERVE 1
#define mxMachinePlatform \
	uint8_t* heap; \
	uint8_t* heap_ptr; \
	uint8_t* heap_pend; \
	void* waiterCondition; \
	void* waiterData; \
	void* waiterLink;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1
/* Chunks and slots: see heap.c. */
