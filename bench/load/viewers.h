/* The viewers' connections and their results. */
#ifndef VIEWERS_H
#define VIEWERS_H

#include <stdbool.h>
#include <stdint.h>

/* Counts of faults, over all viewers. */
typedef struct {
	unsigned refused;   /* connections that got no stream */
	unsigned ended;     /* streams that ended by themselves */
	unsigned broken;    /* parts that are not whole frames */
	unsigned misplaced; /* parts that did not end at their stated length */
} Faults;

extern Faults gFaults;

void viewersOpen(void);
/* Reports whether the reading viewers have their first frames, and the others have stalled. */
bool viewersReady(void);
/* Starts counting. */
void viewersBegin(int64_t time);
/* Prints the counts up to here, as fields of a JSON object. */
void viewersReport(int64_t time);
/* Returns the number of whole frames since the start, of the viewers that read. */
unsigned long viewersFrames(void);

#endif
