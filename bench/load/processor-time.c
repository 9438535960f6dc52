#include "processor-time.h"
#include "load.h"

#include <stdio.h>
#include <time.h>

static double ofClock(clockid_t clock)
{
	struct timespec time;
	if (clock_gettime(clock, &time) < 0)
		fail("cannot read the processor time: %m");
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Not from /proc/PID/stat, which counts in hundredths of a second: a viewer's frames of five seconds take less. */
static double ofProcess(int pid)
{
	clockid_t clock;
	if (clock_getcpuclockid(pid, &clock))
		fail("process %d has ended", pid);
	return ofClock(clock);
}

static double ofFirstThread(int pid)
{
	char path[64];
	unsigned long long nanoseconds = 0;
	snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, pid);
	FILE* file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &nanoseconds) != 1)
		fail("cannot read %s", path);
	fclose(file);
	return (double)nanoseconds / 1e3;
}

ProcessorTime processorTime(void)
{
	ProcessorTime time = { .own = ofClock(CLOCK_PROCESS_CPUTIME_ID) };
	for (int i = 0; i < gOptions.processCount; i++) {
		time.server += ofProcess(gOptions.processes[i]);
		time.mainThreads += ofFirstThread(gOptions.processes[i]);
	}
	for (int i = 0; i < gOptions.asideCount; i++)
		time.aside += ofProcess(gOptions.aside[i]);
	return time;
}
