/* The processor time of processes, user and system, of all their threads, those that have ended included; microseconds. */
#ifndef PROCESSOR_TIME_H
#define PROCESSOR_TIME_H

typedef struct {
	double server;      /* of those named by --process … */
	double mainThreads; /* … and of their first threads alone */
	double aside;       /* of those named by --aside */
	double own;
} ProcessorTime;

ProcessorTime processorTime(void);

#endif
