/* What the parts of the load generator share. Times are microseconds of CLOCK_MONOTONIC. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

enum { kMaxProcesses = 32 };

typedef struct {
	struct sockaddr_in address;
	const char* host; /* as in the Host field */
	const char* streamPath;
	const char* statusPath;
	const char* frames;                         /* the folder of what is served; NULL: any JPEG will do */
	int viewers;                                /* in all, those that stall included */
	int stalled;                                /* of them, how many stop reading … */
	int stallAfter;                             /* … after so many frames */
	double patience;                            /* seconds for every viewer to get its first frames */
	double quietSeconds;                        /* measured with viewers alone */
	double askedSeconds;                        /* measured while /status is asked for */
	double statusRate;                          /* per second */
	int64_t clockOffset;                        /* this machine's clock less that of X-Timestamp */
	int processes[kMaxProcesses], processCount; /* whose processor time is the server's */
	int aside[kMaxProcesses], asideCount;       /* whose is told beside it */
} Options;

extern Options gOptions;
void optionsParse(int argc, char* const argv[]);

_Noreturn void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
int64_t now(void);

/* A descriptor in the one epoll, and who is to hear of it. */
typedef struct Watch Watch;
struct Watch {
	int fd;
	void (*ready)(Watch* watch);
};

void loopOpen(void);
void watchAdd(Watch* watch, uint32_t events);
void watchChange(Watch* watch, uint32_t events);
void watchRemove(Watch* watch);
/* Serves descriptors until `until`, or until `done` is true. Calls `tick` in between, which says when it wants to be called next. */
void loopRun(int64_t until, bool (*done)(void), int64_t (*tick)(void));
/* A non-blocking connection that is being made. `slow`: with the small window and segments of a device on a radio. */
int connectTo(const struct sockaddr_in* address, bool slow);

#endif
