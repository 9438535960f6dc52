/* The interfaces between the parts of the load generator. Times are microseconds of CLOCK_MONOTONIC. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

enum { kMaxProcesses = 32 };

typedef struct {
	struct sockaddr_in address;
	const char* host; /* for the Host field */
	const char* streamPath;
	const char* statusPath;
	const char* frames;                         /* the folder of the served files; NULL: any JPEG counts */
	int viewers;                                /* in all, including those that stall */
	int stalled;                                /* the number of them that stop reading … */
	int stallAfter;                             /* … after this number of frames */
	double patience;                            /* seconds for every viewer to get its first frames */
	double quietSeconds;                        /* measured with viewers only */
	double askedSeconds;                        /* measured with requests for /status */
	double statusRate;                          /* per second */
	int64_t clockOffset;                        /* this machine's clock minus that of X-Timestamp */
	int processes[kMaxProcesses], processCount; /* the server's, for its processor time */
	int aside[kMaxProcesses], asideCount;       /* reported separately */
} Options;

extern Options gOptions;
void optionsParse(int argc, char* const argv[]);

_Noreturn void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
int64_t now(void);

/* A descriptor in the only epoll, and the function for its events. */
typedef struct Watch Watch;
struct Watch {
	int fd;
	void (*ready)(Watch* watch);
};

void loopOpen(void);
void watchAdd(Watch* watch, uint32_t events);
void watchChange(Watch* watch, uint32_t events);
void watchRemove(Watch* watch);
/* Serves descriptors until `until`, or until `done` is true. Calls `tick` in between, which returns its next time. */
void loopRun(int64_t until, bool (*done)(void), int64_t (*tick)(void));
/* Starts a non-blocking connection. `slow`: with the small window and segments of a device on a radio. */
int connectTo(const struct sockaddr_in* address, bool slow);

#endif
