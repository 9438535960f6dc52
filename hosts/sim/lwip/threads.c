/* lwIP's threads, mailboxes, semaphores and mutexes, on Linux's. */
#include "lwip/err.h"
#include "lwip/sys.h"

#include "host.h"

#include <stdlib.h>
#include <time.h>

/* A condition that threads wait for, perhaps for a limited time. */
typedef struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
} Wait;

struct Semaphore {
	Wait wait; /* first: its functions cast back */
	unsigned count;
};

struct Mailbox {
	Wait wait; /* first: its functions cast back */
	void** messages;
	size_t length, start, count;
};

static pthread_mutex_t gProtection = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static __thread struct Semaphore* gSemaphore;

void sys_init(void)
{
}

u32_t sys_now(void)
{
	return (u32_t)(loopNow() / 1000);
}

sys_thread_t sys_thread_new(const char* name, lwip_thread_fn run, void* data, int stack, int priority)
{
	pthread_t thread;
	(void)name;
	(void)stack;
	(void)priority;
	if (pthread_create(&thread, NULL, (void* (*)(void*))(void (*)(void))run, data))
		hostFail("no thread for lwIP");
	pthread_detach(thread);
	return thread;
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

/* Waiting */

static void waitOpen(Wait* wait)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&wait->mutex, NULL);
	pthread_cond_init(&wait->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void waitClose(Wait* wait)
{
	pthread_mutex_destroy(&wait->mutex);
	pthread_cond_destroy(&wait->changed);
}

/* Waits, at most for so many milliseconds if that is not 0. Returns false, unlocked, if the time is up. Else it is locked. */
static bool waitUntil(Wait* wait, bool (*ready)(Wait* wait), u32_t timeout)
{
	struct timespec end;
	int error = 0;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout / 1000;
	end.tv_nsec += timeout % 1000 * 1000000L;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&wait->mutex);
	while (!ready(wait) && !error)
		if (timeout)
			error = pthread_cond_timedwait(&wait->changed, &wait->mutex, &end);
		else
			pthread_cond_wait(&wait->changed, &wait->mutex);
	if (ready(wait))
		return true;
	pthread_mutex_unlock(&wait->mutex);
	return false;
}

static void waitChanged(Wait* wait)
{
	pthread_cond_broadcast(&wait->changed);
	pthread_mutex_unlock(&wait->mutex);
}

/* Mutexes */

err_t sys_mutex_new(sys_mutex_t* mutex)
{
	*mutex = calloc(1, sizeof **mutex);
	return *mutex && !pthread_mutex_init(*mutex, NULL) ? ERR_OK : ERR_MEM;
}

void sys_mutex_lock(sys_mutex_t* mutex)
{
	pthread_mutex_lock(*mutex);
}

void sys_mutex_unlock(sys_mutex_t* mutex)
{
	pthread_mutex_unlock(*mutex);
}

void sys_mutex_free(sys_mutex_t* mutex)
{
	pthread_mutex_destroy(*mutex);
	free(*mutex);
}

/* Semaphores */

static bool signaled(Wait* wait)
{
	return ((struct Semaphore*)wait)->count > 0;
}

err_t sys_sem_new(sys_sem_t* semaphore, u8_t count)
{
	*semaphore = calloc(1, sizeof **semaphore);
	if (!*semaphore)
		return ERR_MEM;
	waitOpen(&(*semaphore)->wait);
	(*semaphore)->count = count;
	return ERR_OK;
}

void sys_sem_free(sys_sem_t* semaphore)
{
	waitClose(&(*semaphore)->wait);
	free(*semaphore);
}

void sys_sem_signal(sys_sem_t* semaphore)
{
	pthread_mutex_lock(&(*semaphore)->wait.mutex);
	(*semaphore)->count++;
	waitChanged(&(*semaphore)->wait);
}

u32_t sys_arch_sem_wait(sys_sem_t* semaphore, u32_t timeout)
{
	u32_t begin = sys_now();
	if (!waitUntil(&(*semaphore)->wait, signaled, timeout))
		return SYS_ARCH_TIMEOUT;
	(*semaphore)->count--;
	waitChanged(&(*semaphore)->wait);
	return sys_now() - begin;
}

struct Semaphore** threadSemaphore(void)
{
	if (!gSemaphore)
		sys_sem_new(&gSemaphore, 0);
	return &gSemaphore;
}

/* Mailboxes */

static bool hasMessage(Wait* wait)
{
	return ((struct Mailbox*)wait)->count > 0;
}

static bool hasRoom(Wait* wait)
{
	const struct Mailbox* mailbox = (struct Mailbox*)wait;
	return mailbox->count < mailbox->length;
}

err_t sys_mbox_new(sys_mbox_t* mailbox, int size)
{
	struct Mailbox* made = calloc(1, sizeof *made);
	if (!made)
		return ERR_MEM;
	waitOpen(&made->wait);
	made->length = (size_t)size;
	made->messages = calloc(made->length, sizeof *made->messages);
	*mailbox = made;
	return made->messages ? ERR_OK : ERR_MEM;
}

void sys_mbox_free(sys_mbox_t* mailbox)
{
	waitClose(&(*mailbox)->wait);
	free((*mailbox)->messages);
	free(*mailbox);
}

/* Locked, with room. */
static void put(struct Mailbox* mailbox, void* message)
{
	mailbox->messages[(mailbox->start + mailbox->count++) % mailbox->length] = message;
	waitChanged(&mailbox->wait);
}

/* Locked, with a message. */
static void* take(struct Mailbox* mailbox)
{
	void* message = mailbox->messages[mailbox->start];
	mailbox->start = (mailbox->start + 1) % mailbox->length;
	mailbox->count--;
	waitChanged(&mailbox->wait);
	return message;
}

void sys_mbox_post(sys_mbox_t* mailbox, void* message)
{
	waitUntil(&(*mailbox)->wait, hasRoom, 0);
	put(*mailbox, message);
}

err_t sys_mbox_trypost(sys_mbox_t* mailbox, void* message)
{
	pthread_mutex_lock(&(*mailbox)->wait.mutex);
	if (!hasRoom(&(*mailbox)->wait)) {
		pthread_mutex_unlock(&(*mailbox)->wait.mutex);
		return ERR_MEM;
	}
	put(*mailbox, message);
	return ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t* mailbox, void* message)
{
	return sys_mbox_trypost(mailbox, message);
}

u32_t sys_arch_mbox_fetch(sys_mbox_t* mailbox, void** message, u32_t timeout)
{
	u32_t begin = sys_now();
	*message = NULL;
	if (!waitUntil(&(*mailbox)->wait, hasMessage, timeout))
		return SYS_ARCH_TIMEOUT;
	*message = take(*mailbox);
	return sys_now() - begin;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t* mailbox, void** message)
{
	pthread_mutex_lock(&(*mailbox)->wait.mutex);
	*message = NULL;
	if (!hasMessage(&(*mailbox)->wait)) {
		pthread_mutex_unlock(&(*mailbox)->wait.mutex);
		return SYS_MBOX_EMPTY;
	}
	*message = take(*mailbox);
	return 0;
}
