/* The processor time of processes in microseconds: user and system, of all threads, including ended ones. */
#ifndef PROCESSOR_TIME_H
#define PROCESSOR_TIME_H

typedef struct {
	double server;      /* of the processes named by --process … */
	double mainThreads; /* … and of only their first threads */
	double aside;       /* of the processes named by --aside */
	double own;
} ProcessorTime;

ProcessorTime processorTime(void);

#endif
