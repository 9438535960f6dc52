/*
	Faults on demand: --fault NAME@START[+DURATION], up to kMost of them. START, a time
	since the start of the simulator, and DURATION are given as "10s" or "500ms";
	without a duration a fault stays. START may be "signal": then SIGUSR2 begins it, and
	the next one ends it. So tests can time a fault by what they see.
*/
#include "host.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMost = 16 };

typedef struct {
	Fault fault;
	bool signalled;
	uint64_t start, end; /* microseconds since the start */
} Planned;

static const char* const gNames[kFaultCount] = {
#define FAULT_NAME(ID, NAME) NAME,
	FAULTS(FAULT_NAME)
};

static Planned gPlanned[kMost];
static size_t gCount;
static uint64_t gStart;
static _Atomic uint64_t
	gSignalled; /* when the faults that wait for a signal began, or 0; the camera's threads read it, too */

static const char* timeOf(const char* text, uint64_t* microseconds)
{
	char* end;
	unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || value > 1000000)
		return NULL;
	if (!strncmp(end, "ms", 2)) {
		*microseconds = value * 1000;
		return end + 2;
	}
	*microseconds = value * 1000000;
	return *end == 's' ? end + 1 : NULL;
}

static const char* planOf(Planned* planned, const char* text)
{
	const char* at = strchr(text, '@');
	const char* rest;
	uint64_t duration;
	int fault = 0;
	if (!at)
		return NULL;
	while (fault < kFaultCount &&
		   (strlen(gNames[fault]) != (size_t)(at - text) || strncmp(gNames[fault], text, (size_t)(at - text))))
		fault++;
	if (fault == kFaultCount)
		return NULL;
	planned->fault = (Fault)fault;
	planned->signalled = !strcmp(at + 1, "signal");
	if (planned->signalled)
		return "";
	rest = timeOf(at + 1, &planned->start);
	planned->end = UINT64_MAX;
	if (rest && *rest == '+') {
		rest = timeOf(rest + 1, &duration);
		planned->end = planned->start + duration;
	}
	return rest;
}

void faultPlan(const char* text)
{
	const char* rest = gCount < kMost ? planOf(&gPlanned[gCount], text) : NULL;
	if (!rest || *rest) {
		fputs("yieldcam-sim: the faults are", stderr);
		for (int fault = 0; fault < kFaultCount; fault++)
			fprintf(stderr, " %s", gNames[fault]);
		fputc('\n', stderr);
		hostFail(
			"--fault is NAME@START or NAME@START+DURATION, such as camera-stall@10s+500ms, %d of them at most, not \"%s\"",
			kMost, text);
	}
	gStart = loopNow();
	gCount++;
}

uint64_t faultBegan(Fault fault)
{
	for (size_t i = 0; i < gCount; i++) {
		const Planned* planned = &gPlanned[i];
		if (planned->fault != fault)
			continue;
		uint64_t now = loopNow() - gStart;
		uint64_t began = planned->signalled                            ? atomic_load(&gSignalled)
		                 : now >= planned->start && now < planned->end ? gStart + planned->start
		                                                               : 0;
		if (began)
			return began;
	}
	return 0;
}

bool faultActive(Fault fault)
{
	return faultBegan(fault) != 0;
}

void faultSignal(void)
{
	atomic_store(&gSignalled, atomic_load(&gSignalled) ? 0 : loopNow());
}
