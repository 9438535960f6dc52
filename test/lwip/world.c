/* The world's threads and clock, and lwIP's mailboxes, semaphores and mutexes on them. */
#include "world.h"

#include "lwip/err.h"
#include "lwip/sys.h"

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

struct WorldSemaphore {
	unsigned count;
};

struct WorldMutex {
	pthread_mutex_t mutex;
};

struct WorldMailbox {
	void** messages;
	size_t length, start, count;
};

static pthread_mutex_t gLock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gProtection;
static Thread gDriver = { .name = "driver" };
static Thread* gThreads;
static __thread Thread* gSelf;
static __thread struct WorldSemaphore* gSelfSemaphore;
static Thread* gLwip;
static struct WorldMailbox* gLwipMailbox;
static uint32_t gNow = 1000;
static uint32_t gDice = 1, gLwipDice = 1;

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

/* Locked. */
static bool waitFor(bool (*ready)(void*), void* data, bool timed, uint32_t deadline)
{
	Thread* self = gSelf;
	bool came;
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
	came = ready(data);
	return came;
}

static void waitAs(bool idle, bool (*ready)(void*), void* data)
{
	pthread_mutex_lock(&gLock);
	gSelf->idle = idle;
	waitFor(ready, data, false, 0);
	gSelf->idle = false;
	pthread_mutex_unlock(&gLock);
}

void worldWait(bool (*ready)(void*), void* data)
{
	waitAs(true, ready, data);
}

void worldWaitInWork(bool (*ready)(void*), void* data)
{
	waitAs(false, ready, data);
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
	pthread_mutexattr_t recursive;
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&gProtection, &recursive);
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

static bool mailboxHasRoom(void* data)
{
	(void)data;
	return gLwipMailbox->count < gLwipMailbox->length;
}

void worldMailboxRoom(void)
{
	pthread_mutex_lock(&gLock);
	waitFor(mailboxHasRoom, NULL, false, 0);
	pthread_mutex_unlock(&gLock);
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

void sys_init(void)
{
}

u32_t sys_now(void)
{
	return worldNow();
}

sys_thread_t sys_thread_new(const char* name, lwip_thread_fn run, void* data, int stack, int priority)
{
	(void)name;
	(void)stack;
	(void)priority;
	worldThread("lwIP", run, data);
	return NULL;
}

sys_prot_t sys_arch_protect(void)
{
	pthread_mutex_lock(&gProtection);
	return 0;
}

void sys_arch_unprotect(sys_prot_t level)
{
	(void)level;
	pthread_mutex_unlock(&gProtection);
}

/* Mutexes: a thread that waits for one is not quiet, since it goes on by itself. */

err_t sys_mutex_new(sys_mutex_t* mutex)
{
	*mutex = calloc(1, sizeof **mutex);
	pthread_mutex_init(&(*mutex)->mutex, NULL);
	return ERR_OK;
}

void sys_mutex_lock(sys_mutex_t* mutex)
{
	pthread_mutex_lock(&(*mutex)->mutex);
}

void sys_mutex_unlock(sys_mutex_t* mutex)
{
	pthread_mutex_unlock(&(*mutex)->mutex);
}

void sys_mutex_free(sys_mutex_t* mutex)
{
	pthread_mutex_destroy(&(*mutex)->mutex);
	free(*mutex);
}

/* Semaphores */

static bool signaled(void* data)
{
	return ((struct WorldSemaphore*)data)->count > 0;
}

static void countUp(void* data)
{
	((struct WorldSemaphore*)data)->count++;
}

err_t sys_sem_new(sys_sem_t* semaphore, u8_t count)
{
	*semaphore = calloc(1, sizeof **semaphore);
	(*semaphore)->count = count;
	return ERR_OK;
}

void sys_sem_free(sys_sem_t* semaphore)
{
	free(*semaphore);
}

void sys_sem_signal(sys_sem_t* semaphore)
{
	worldChange(countUp, *semaphore);
}

u32_t sys_arch_sem_wait(sys_sem_t* semaphore, u32_t timeout)
{
	u32_t begin = worldNow();
	bool came;
	pthread_mutex_lock(&gLock);
	came = waitFor(signaled, *semaphore, timeout != 0, begin + timeout);
	if (came)
		(*semaphore)->count--;
	pthread_mutex_unlock(&gLock);
	return came ? worldNow() - begin : SYS_ARCH_TIMEOUT;
}

struct WorldSemaphore** worldThreadSemaphore(void)
{
	if (!gSelfSemaphore)
		sys_sem_new(&gSelfSemaphore, 0);
	return &gSelfSemaphore;
}

/* Mailboxes: lwIP's thread has the only one. */

typedef struct {
	struct WorldMailbox* mailbox;
	void* message;
	bool done;
} Mail;

static void post(void* data)
{
	Mail* mail = data;
	struct WorldMailbox* box = mail->mailbox;
	mail->done = box->count < box->length;
	if (mail->done)
		box->messages[(box->start + box->count++) % box->length] = mail->message;
}

static bool roomy(void* data)
{
	struct WorldMailbox* box = data;
	return box->count < box->length;
}

static bool filled(void* data)
{
	return ((struct WorldMailbox*)data)->count > 0;
}

err_t sys_mbox_new(sys_mbox_t* mailbox, int size)
{
	gLwipMailbox = *mailbox = calloc(1, sizeof **mailbox);
	(*mailbox)->length = (size_t)size;
	(*mailbox)->messages = calloc((size_t)size, sizeof(void*));
	return ERR_OK;
}

void sys_mbox_free(sys_mbox_t* mailbox)
{
	free((*mailbox)->messages);
	free(*mailbox);
}

err_t sys_mbox_trypost(sys_mbox_t* mailbox, void* message)
{
	Mail mail = { .mailbox = *mailbox, .message = message };
	worldChange(post, &mail);
	return mail.done ? ERR_OK : ERR_MEM;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t* mailbox, void* message)
{
	return sys_mbox_trypost(mailbox, message);
}

void sys_mbox_post(sys_mbox_t* mailbox, void* message)
{
	while (sys_mbox_trypost(mailbox, message) != ERR_OK) {
		pthread_mutex_lock(&gLock);
		waitFor(roomy, *mailbox, false, 0);
		pthread_mutex_unlock(&gLock);
	}
}

/* Locked. */
static void* take(struct WorldMailbox* box)
{
	void* message = box->messages[box->start];
	box->start = (box->start + 1) % box->length;
	box->count--;
	wake();
	return message;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t* mailbox, void** message, u32_t timeout)
{
	u32_t begin = worldNow();
	bool came;
	pthread_mutex_lock(&gLock);
	gSelf->idle = true;
	came = waitFor(filled, *mailbox, timeout != 0, begin + timeout);
	gSelf->idle = false;
	*message = came ? take(*mailbox) : NULL;
	pthread_mutex_unlock(&gLock);
	return came ? worldNow() - begin : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t* mailbox, void** message)
{
	u32_t result = SYS_MBOX_EMPTY;
	pthread_mutex_lock(&gLock);
	if ((*mailbox)->count) {
		*message = take(*mailbox);
		result = 0;
	}
	pthread_mutex_unlock(&gLock);
	return result;
}
