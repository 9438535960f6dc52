/*
	The loop: one epoll for all sockets, the timers, and the bounded queue of messages
	into the machine. Only the loop's thread runs JavaScript. Other threads (capture)
	reach it through modMessagePostToMachine().
*/
#include "host.h"
#include "mc.defines.h"
#include "xsHost.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* The board's manifest sets "defines": {"task": {"queueLength": …}}. */
enum { kQueueLength = MODDEF_TASK_QUEUELENGTH };

typedef struct {
	modMessageDeliver callback;
	void* refcon;
} Message;

static int gEpoll = -1;
static LoopWatch gWake;
static bool gRunning;
static pthread_t gLoopThread;

static pthread_mutex_t gQueueMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gQueueRoom = PTHREAD_COND_INITIALIZER;
static Message* gQueue;
static size_t gQueueLength, gQueueStart, gQueueCount;
static bool gQueueClosed;

/* Events of this turn whose watches have not been called yet. */
static struct epoll_event gEvents[64];
static int gEventCount;

static LoopTimer* gTimers; /* sorted by due */

uint64_t loopNow(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Messages */

/* The host profile has any number of sockets, each with its own message. */
static void lengthenQueue(void)
{
	size_t length = gQueueLength * 2;
	Message* queue = calloc(length, sizeof *queue);
	if (!queue)
		hostFail("no memory");
	for (size_t i = 0; i < gQueueCount; i++)
		queue[i] = gQueue[(gQueueStart + i) % gQueueLength];
	free(gQueue);
	gQueue = queue;
	gQueueStart = 0;
	gQueueLength = length;
}

/* Locked, with room. */
static void putMessage(modMessageDeliver callback, void* refcon)
{
	uint64_t one = 1;
	gQueue[(gQueueStart + gQueueCount) % gQueueLength] = (Message){ callback, refcon };
	gQueueCount++;
	/* Within the lock, since the descriptor may be closed once the queue is closed. */
	if (!pthread_equal(pthread_self(), gLoopThread) && write(gWake.fd, &one, sizeof one) < 0 && errno != EAGAIN)
		hostFail("eventfd: %m");
}

int modMessagePostToMachine(
	void* the, uint8_t* message, uint16_t messageLength, modMessageDeliver callback, void* refcon)
{
	int result = 0;
	(void)the;
	if (message || messageLength)
		hostFail("messages with content are not used here");
	pthread_mutex_lock(&gQueueMutex);
	while (gQueueCount == gQueueLength && !gQueueClosed) {
		if (!gOptions.board)
			lengthenQueue();
		else if (pthread_equal(pthread_self(), gLoopThread))
			hostFail(
				"the machine's message queue (%d) is full and the machine itself posts: the board would deadlock here",
				kQueueLength);
		else
			pthread_cond_wait(&gQueueRoom, &gQueueMutex);
	}
	if (gQueueClosed)
		result = -1;
	else
		putMessage(callback, refcon);
	pthread_mutex_unlock(&gQueueMutex);
	return result;
}

int modMessagePostToMachineFromISR(void* the, modMessageDeliver callback, void* refcon)
{
	bool room;
	(void)the;
	pthread_mutex_lock(&gQueueMutex);
	room = gQueueCount < gQueueLength && !gQueueClosed;
	if (room)
		putMessage(callback, refcon);
	pthread_mutex_unlock(&gQueueMutex);
	return room ? 0 : -1;
}

static bool takeMessage(Message* message)
{
	bool taken = false;
	pthread_mutex_lock(&gQueueMutex);
	if (gQueueCount) {
		*message = gQueue[gQueueStart];
		gQueueStart = (gQueueStart + 1) % gQueueLength;
		gQueueCount--;
		taken = true;
		pthread_cond_signal(&gQueueRoom);
	}
	pthread_mutex_unlock(&gQueueMutex);
	return taken;
}

static size_t queuedMessages(void)
{
	pthread_mutex_lock(&gQueueMutex);
	size_t count = gQueueCount;
	pthread_mutex_unlock(&gQueueMutex);
	return count;
}

static void wakeReady(LoopWatch* watch, uint32_t events)
{
	uint64_t count;
	(void)events;
	if (read(watch->fd, &count, sizeof count) < 0 && errno != EAGAIN)
		hostFail("eventfd: %m");
}

/* Watches */

/* One watch may free another that has an event in the same turn. */
static void forgetEvents(const LoopWatch* watch)
{
	for (int i = 0; i < gEventCount; i++)
		if (gEvents[i].data.ptr == watch)
			gEvents[i].data.ptr = NULL;
}

void loopWatch(LoopWatch* watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };
	int operation;
	if (events == watch->events)
		return;
	if (!events) {
		operation = EPOLL_CTL_DEL;
		forgetEvents(watch);
	}
	else
		operation = watch->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	if (epoll_ctl(gEpoll, operation, watch->fd, &event) < 0)
		hostFail("epoll_ctl: %m");
	watch->events = events;
}

/* Timers */

void loopArm(LoopTimer* timer, uint64_t microseconds)
{
	LoopTimer** address = &gTimers;
	loopDisarm(timer);
	timer->due = loopNow() + microseconds;
	/* After other timers due at the same time: first armed, first fired. */
	while (*address && (*address)->due <= timer->due)
		address = &(*address)->next;
	timer->next = *address;
	*address = timer;
	timer->armed = true;
}

void loopDisarm(LoopTimer* timer)
{
	LoopTimer** address = &gTimers;
	if (!timer->armed)
		return;
	while (*address != timer)
		address = &(*address)->next;
	*address = timer->next;
	timer->armed = false;
}

static void fireTimers(void)
{
	uint64_t now = loopNow();
	while (gTimers && gTimers->due <= now) {
		LoopTimer* timer = gTimers;
		gTimers = timer->next;
		timer->armed = false;
		timer->fire(timer);
	}
}

int loopTimeout(void)
{
	if (queuedMessages())
		return 0;
	if (!gTimers)
		return -1;
	uint64_t now = loopNow();
	return gTimers->due <= now ? 0 : (int)((gTimers->due - now + 999) / 1000);
}

/* The loop itself */

void loopOpen(void)
{
	gLoopThread = pthread_self();
	gQueueLength = kQueueLength;
	gQueue = calloc(gQueueLength, sizeof *gQueue);
	if (!gQueue)
		hostFail("no memory");
	gEpoll = epoll_create1(EPOLL_CLOEXEC);
	gWake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	gWake.ready = wakeReady;
	if (gEpoll < 0 || gWake.fd < 0)
		hostFail("epoll: %m");
	loopWatch(&gWake, EPOLLIN);
	gRunning = true;
}

int loopDescriptor(void)
{
	return gEpoll;
}

bool loopMessages(void* machine)
{
	/* Only the messages queued now: messages that they post wait until after the sockets. */
	size_t count = queuedMessages();
	Message message;
	while (count-- && gRunning && takeMessage(&message))
		message.callback(machine, message.refcon, NULL, 0);
	return gRunning;
}

bool loopEvents(bool wait)
{
	gEventCount = epoll_wait(gEpoll, gEvents, sizeof gEvents / sizeof *gEvents, wait ? loopTimeout() : 0);
	if (gEventCount < 0 && errno != EINTR)
		hostFail("epoll_wait: %m");
	for (int i = 0; i < gEventCount; i++) {
		LoopWatch* watch = gEvents[i].data.ptr;
		if (watch)
			watch->ready(watch, gEvents[i].events);
	}
	gEventCount = 0;
	fireTimers();
	return gRunning;
}

void loopStop(void)
{
	gRunning = false;
	/* A capture thread may be waiting for room in the queue, which nobody empties any more. */
	pthread_mutex_lock(&gQueueMutex);
	gQueueClosed = true;
	pthread_cond_broadcast(&gQueueRoom);
	pthread_mutex_unlock(&gQueueMutex);
}

void loopDrain(void)
{
	Message message;
	while (takeMessage(&message))
		message.callback(NULL, message.refcon, NULL, 0);
}

void loopClose(void)
{
	loopWatch(&gWake, 0);
	close(gWake.fd);
	close(gEpoll);
	free(gQueue);
}
