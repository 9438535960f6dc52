/* Connections that stream, and what has come of each. */
#ifndef VIEWERS_H
#define VIEWERS_H

#include <stdbool.h>
#include <stdint.h>

/* What has gone wrong with all of them. */
typedef struct {
	unsigned refused;   /* connections that got no stream */
	unsigned ended;     /* streams that ended by themselves */
	unsigned broken;    /* parts that are no whole frame */
	unsigned misplaced; /* parts that did not end where their length says */
} Faults;

extern Faults gFaults;

void viewersOpen(void);
/* Those that read have their first frames, and those that stall have stalled. */
bool viewersReady(void);
/* From here on is counted. */
void viewersBegin(int64_t time);
/* Prints what was counted up to here, as fields of a JSON object. */
void viewersReport(int64_t time);
/* Whole frames since they were opened, of those that read. */
unsigned long viewersFrames(void);

#endif
