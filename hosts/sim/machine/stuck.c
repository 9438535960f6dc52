/*
	Names a program that does not yield: a thread watches how much of the processor's
	time the loop's current turn has taken. XS notices at the next line of script, at the
	next jump backward and at the next call, and tells where that is. If XS does not
	within a second, since a function of its own takes so long, such as a regular
	expression, a signal to the loop's thread looks at the frames, which stand still
	meanwhile.
*/
#include "engine.h"
#include "machine.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { kSeconds = 5, kAttempts = 100 };

volatile int gStuck;

static atomic_ulong gTurns;
static clockid_t gClock; /* the processor's time of the loop's thread */
static pthread_t gThread;
static txMachine* gMachine;

void stuckTurn(void)
{
	atomic_fetch_add(&gTurns, 1);
}

/* Called by the interpreter (xs-run.sed). */
void stuckHere(void* the)
{
	char text[2048];
	gStuck = 0;
	fprintf(stderr, "yieldcam-sim: the program has not yielded for %d seconds; now it is%s\n", kSeconds,
		framesText(the, text, sizeof text));
}

/* During a collection, the names of functions and files are not all in their places. */
static bool isCollecting(void)
{
	return gMachine->collectFlag & XS_ORGANIC_FLAG;
}

static void onSignal(int signal)
{
	(void)signal;
	if (gStuck && !isCollecting())
		stuckHere(gMachine);
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
			for (int i = 0; gStuck && turn == atomic_load(&gTurns) && i < kAttempts; i++) {
				pthread_kill(gThread, SIGURG);
				usleep(10 * 1000);
			}
			gStuck = 0;
		}
		usleep(200 * 1000);
	}
	return NULL;
}

void stuckWatch(void* machine)
{
	struct sigaction action = { .sa_handler = onSignal, .sa_flags = SA_RESTART };
	pthread_t thread;
	gMachine = machine;
	gThread = pthread_self();
	sigaction(SIGURG, &action, NULL);
	if (pthread_getcpuclockid(gThread, &gClock) == 0 && pthread_create(&thread, NULL, watch, NULL) == 0)
		pthread_detach(thread);
}
