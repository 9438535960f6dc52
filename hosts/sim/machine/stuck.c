/*
	Names a program that does not yield: a thread watches how much of the processor's
	time the loop's current turn has taken. XS notices at the next line of script, and
	tells where that is.
*/
#include "engine.h"
#include "machine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { kSeconds = 5 };

volatile int gStuck;

static atomic_ulong gTurns;
static clockid_t gClock; /* the processor's time of the loop's thread */

void stuckTurn(void)
{
	atomic_fetch_add(&gTurns, 1);
}

/* Called by the interpreter (see the Makefile), between two lines of script. */
void stuckHere(void* the)
{
	char text[2048];
	gStuck = 0;
	fprintf(stderr, "yieldcam-sim: the program has not yielded for %d seconds; now it is%s\n", kSeconds,
		framesText(the, text, sizeof text));
}

static double processorTime(void)
{
	struct timespec time;
	clock_gettime(gClock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void* watch(void* unused)
{
	unsigned long turn = 0;
	double begun = 0;
	bool named = false;
	(void)unused;
	for (;;) {
		unsigned long now = atomic_load(&gTurns);
		if (now != turn) {
			turn = now;
			begun = processorTime();
			named = false;
			gStuck = 0;
		}
		else if (!named && processorTime() - begun >= kSeconds) {
			named = true;
			gStuck = 1;
			sleep(1);
			/* Nothing has noticed, such as a regular expression, or an empty loop. */
			if (gStuck && turn == atomic_load(&gTurns))
				fprintf(stderr, "yieldcam-sim: the program has not yielded for %d seconds\n", kSeconds);
			gStuck = 0;
		}
		usleep(200 * 1000);
	}
	return NULL;
}

void stuckWatch(void)
{
	pthread_t thread;
	if (pthread_getcpuclockid(pthread_self(), &gClock) == 0 && pthread_create(&thread, NULL, watch, NULL) == 0)
		pthread_detach(thread);
}
