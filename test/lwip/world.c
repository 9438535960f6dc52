#include "world.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct WorldThread Thread;

struct WorldThread {
	const char* name;
	void (*run)(void*);
	void* data;
	pthread_cond_t woken;
	bool waiting, timed, idle; /* idle: waits for its next message, and not in the middle of something */
	bool (*ready)(void*);
	void* readyData;
	uint32_t deadline;
	Thread* next;
};

static pthread_mutex_t gLock = PTHREAD_MUTEX_INITIALIZER;
static Thread gDriver = { .name = "driver" };
static Thread* gThreads;
static __thread Thread* gSelf;
static Thread* gLwip;
static uint32_t gNow = 1000;
static uint32_t gDice = 1, gLwipDice = 1;
static unsigned gTimeouts;

void worldFail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "failed at %u ms: ", gNow);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	fflush(NULL);
	_exit(1);
}

/* Random numbers: xorshift */

static uint32_t dice(uint32_t* state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

uint32_t worldDice(uint32_t count)
{
	return dice(&gDice) % count;
}

uint32_t worldRandom(void)
{
	return dice(&gLwipDice);
}

/* Threads */

static bool due(const Thread* thread)
{
	return thread->timed && (int32_t)(gNow - thread->deadline) >= 0;
}

static bool stays(const Thread* thread)
{
	return thread->waiting && !due(thread) && !thread->ready(thread->readyData);
}

static void wake(void)
{
	for (Thread* thread = gThreads; thread; thread = thread->next)
		if (thread->waiting && !stays(thread))
			pthread_cond_signal(&thread->woken);
}

/* Locked. Returns false if its time is up before that. */
static bool waitFor(bool (*ready)(void*), void* data, bool timed, uint32_t deadline)
{
	Thread* self = gSelf;
	self->ready = ready;
	self->readyData = data;
	self->timed = timed;
	self->deadline = deadline;
	self->waiting = true;
	if (stays(self)) {
		wake(); /* the driver may wait for this */
		while (stays(self))
			pthread_cond_wait(&self->woken, &gLock);
	}
	self->waiting = false;
	return ready(data);
}

bool worldTake(Wait wait, void (*take)(void*), void* data)
{
	bool came;
	pthread_mutex_lock(&gLock);
	gSelf->idle = wait.idle;
	came = waitFor(wait.ready, data, wait.timeout > 0, gNow + wait.timeout);
	gSelf->idle = false;
	if (came && take) {
		take(data);
		wake();
	}
	if (!came && gSelf == gLwip)
		gTimeouts++;
	pthread_mutex_unlock(&gLock);
	return came;
}

void worldWait(bool (*ready)(void*), void* data)
{
	worldTake((Wait){ .ready = ready, .idle = true }, NULL, data);
}

void worldWaitInWork(bool (*ready)(void*), void* data)
{
	worldTake((Wait){ .ready = ready }, NULL, data);
}

void worldChange(void (*change)(void*), void* data)
{
	pthread_mutex_lock(&gLock);
	change(data);
	wake();
	pthread_mutex_unlock(&gLock);
}

static void* start(void* data)
{
	gSelf = data;
	gSelf->run(gSelf->data);
	return NULL;
}

static Thread* addThread(Thread* thread)
{
	pthread_cond_init(&thread->woken, NULL);
	pthread_mutex_lock(&gLock);
	thread->next = gThreads;
	gThreads = thread;
	pthread_mutex_unlock(&gLock);
	return thread;
}

void worldThread(const char* name, void (*run)(void*), void* data)
{
	Thread* thread = calloc(1, sizeof *thread);
	pthread_t handle;
	thread->name = name;
	thread->run = run;
	thread->data = data;
	addThread(thread);
	if (pthread_create(&handle, NULL, start, thread))
		worldFail("no thread");
	pthread_detach(handle);
}

void worldOpen(uint32_t seed)
{
	gDice = seed * 2654435761u | 1;
	gLwipDice = seed * 2246822519u | 1;
	gSelf = addThread(&gDriver);
}

/* For the driver */

uint32_t worldNow(void)
{
	return __atomic_load_n(&gNow, __ATOMIC_RELAXED);
}

static bool quiet(void* data)
{
	(void)data;
	for (Thread* thread = gThreads; thread; thread = thread->next)
		if (thread != &gDriver && !stays(thread))
			return false;
	return true;
}

void worldQuiet(void)
{
	pthread_mutex_lock(&gLock);
	waitFor(quiet, NULL, false, 0);
	for (Thread* thread = gThreads; thread; thread = thread->next)
		if (thread != &gDriver && !thread->idle)
			worldFail("deadlock: the %s thread waits in the middle of its work", thread->name);
	pthread_mutex_unlock(&gLock);
}

static bool lwipQuiet(void* data)
{
	(void)data;
	return stays(gLwip);
}

void worldLwipQuiet(void)
{
	pthread_mutex_lock(&gLock);
	waitFor(lwipQuiet, NULL, false, 0);
	pthread_mutex_unlock(&gLock);
}

bool worldDeadline(uint32_t* at)
{
	bool found = false;
	pthread_mutex_lock(&gLock);
	for (Thread* thread = gThreads; thread; thread = thread->next)
		if (thread->waiting && thread->timed && (!found || (int32_t)(thread->deadline - *at) < 0)) {
			found = true;
			*at = thread->deadline;
		}
	pthread_mutex_unlock(&gLock);
	return found;
}

static void advance(void* data)
{
	__atomic_store_n(&gNow, *(uint32_t*)data, __ATOMIC_RELAXED);
}

void worldAdvance(uint32_t to)
{
	if ((int32_t)(to - gNow) > 0)
		worldChange(advance, &to);
}

unsigned worldTimeouts(void)
{
	return gTimeouts;
}

/* lwIP's thread */

void worldMarkLwipThread(void)
{
	gLwip = gSelf;
}

void worldAssertLwipThread(void)
{
	if (gLwip && gSelf != gLwip)
		worldFail("the %s thread calls lwIP", gSelf->name);
}
