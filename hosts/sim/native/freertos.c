/* FreeRTOS's tasks, notifications and semaphores on POSIX threads. */
#include "host.h"
#include "freertos/task.h"
#include "freertos/semphr.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A counter to wait for: a semaphore, or a task's notification value. */
typedef struct {
	pthread_mutex_t mutex;
	pthread_cond_t change;
	uint32_t value;
} Counter;

struct SimSemaphore {
	Counter counter;
};

struct SimTask {
	Counter notification;
	TaskFunction_t function;
	void* parameter;
};

static __thread TaskHandle_t gSelf;

static pthread_mutex_t gTaskMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gTaskGone = PTHREAD_COND_INITIALIZER;
static size_t gTasks;

static void countTask(int change)
{
	pthread_mutex_lock(&gTaskMutex);
	gTasks += change;
	pthread_cond_broadcast(&gTaskGone);
	pthread_mutex_unlock(&gTaskMutex);
}

void tasksWait(void)
{
	pthread_mutex_lock(&gTaskMutex);
	while (gTasks)
		pthread_cond_wait(&gTaskGone, &gTaskMutex);
	pthread_mutex_unlock(&gTaskMutex);
}

static void counterOpen(Counter* counter, uint32_t value)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&counter->mutex, NULL);
	pthread_cond_init(&counter->change, &attributes);
	pthread_condattr_destroy(&attributes);
	counter->value = value;
}

static void counterClose(Counter* counter)
{
	pthread_cond_destroy(&counter->change);
	pthread_mutex_destroy(&counter->mutex);
}

static void counterGive(Counter* counter, uint32_t most)
{
	pthread_mutex_lock(&counter->mutex);
	if (counter->value < most)
		counter->value++;
	pthread_cond_signal(&counter->change);
	pthread_mutex_unlock(&counter->mutex);
}

/* Returns the value before it was taken, or 0 after `ticks` milliseconds without one. */
static uint32_t counterTake(Counter* counter, bool all, TickType_t ticks)
{
	struct timespec until;
	uint32_t value;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ticks / 1000;
	until.tv_nsec += (long)(ticks % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&counter->mutex);
	while (!counter->value) {
		if (ticks == portMAX_DELAY)
			pthread_cond_wait(&counter->change, &counter->mutex);
		else if (pthread_cond_timedwait(&counter->change, &counter->mutex, &until) == ETIMEDOUT)
			break;
	}
	value = counter->value;
	if (value)
		counter->value = all ? 0 : value - 1;
	pthread_mutex_unlock(&counter->mutex);
	return value;
}

static void* run(void* argument)
{
	gSelf = argument;
	gSelf->function(gSelf->parameter);
	hostFail("a task returned; on the device it must end by vTaskDelete(NULL)");
}

BaseType_t xTaskCreate(TaskFunction_t function, const char* name, uint32_t stackBytes, void* parameter,
	UBaseType_t priority, TaskHandle_t* task)
{
	TaskHandle_t created = calloc(1, sizeof *created);
	pthread_t thread;
	(void)name;
	(void)stackBytes;
	(void)priority;
	if (!created)
		return pdFAIL;
	counterOpen(&created->notification, 0);
	created->function = function;
	created->parameter = parameter;
	if (pthread_create(&thread, NULL, run, created)) {
		counterClose(&created->notification);
		free(created);
		return pdFAIL;
	}
	pthread_detach(thread);
	countTask(+1);
	if (task)
		*task = created;
	return pdPASS;
}

void vTaskDelete(TaskHandle_t task)
{
	if (task && task != gSelf)
		hostFail("vTaskDelete() of another task is not simulated");
	counterClose(&gSelf->notification);
	free(gSelf);
	countTask(-1);
	pthread_exit(NULL);
}

void vTaskDelay(TickType_t ticks)
{
	usleep(ticks * 1000);
}

BaseType_t xTaskNotifyGive(TaskHandle_t task)
{
	counterGive(&task->notification, UINT32_MAX);
	return pdPASS;
}

uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks)
{
	return counterTake(&gSelf->notification, clear, ticks);
}

static SemaphoreHandle_t semaphore(uint32_t value)
{
	SemaphoreHandle_t created = calloc(1, sizeof *created);
	if (created)
		counterOpen(&created->counter, value);
	return created;
}

SemaphoreHandle_t xSemaphoreCreateMutex(void)
{
	return semaphore(1);
}

SemaphoreHandle_t xSemaphoreCreateBinary(void)
{
	return semaphore(0);
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t taken, TickType_t ticks)
{
	return counterTake(&taken->counter, false, ticks) ? pdTRUE : pdFALSE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t given)
{
	counterGive(&given->counter, 1);
	return pdTRUE;
}

void vSemaphoreDelete(SemaphoreHandle_t deleted)
{
	counterClose(&deleted->counter);
	free(deleted);
}
