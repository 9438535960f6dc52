/* lwIP's threads, mailboxes, semaphores and mutexes, in the world. */
#include "world.h"

#include "lwip/err.h"
#include "lwip/sys.h"

#include <pthread.h>
#include <stdlib.h>

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

static pthread_mutex_t gProtection = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static __thread struct WorldSemaphore* gSelfSemaphore;
static struct WorldMailbox* gLwipMailbox; /* the only one */

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

static void countDown(void* data)
{
	((struct WorldSemaphore*)data)->count--;
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
	bool came = worldTake((Wait){ .ready = signaled, .timeout = timeout }, countDown, *semaphore);
	return came ? worldNow() - begin : SYS_ARCH_TIMEOUT;
}

struct WorldSemaphore** worldThreadSemaphore(void)
{
	if (!gSelfSemaphore)
		sys_sem_new(&gSelfSemaphore, 0);
	return &gSelfSemaphore;
}

/* Mailboxes */

typedef struct {
	struct WorldMailbox* mailbox;
	void* message;
	bool done;
} Mail;

static bool hasRoom(void* data)
{
	const struct WorldMailbox* box = data;
	return box->count < box->length;
}

static bool hasMail(void* data)
{
	return ((Mail*)data)->mailbox->count > 0;
}

static void post(void* data)
{
	Mail* mail = data;
	struct WorldMailbox* box = mail->mailbox;
	mail->done = hasRoom(box);
	if (mail->done)
		box->messages[(box->start + box->count++) % box->length] = mail->message;
}

static void take(void* data)
{
	Mail* mail = data;
	struct WorldMailbox* box = mail->mailbox;
	mail->message = box->messages[box->start];
	box->start = (box->start + 1) % box->length;
	box->count--;
}

static void takeIfAny(void* data)
{
	((Mail*)data)->done = hasMail(data);
	if (hasMail(data))
		take(data);
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
	while (sys_mbox_trypost(mailbox, message) != ERR_OK)
		worldWaitInWork(hasRoom, *mailbox);
}

u32_t sys_arch_mbox_fetch(sys_mbox_t* mailbox, void** message, u32_t timeout)
{
	u32_t begin = worldNow();
	Mail mail = { .mailbox = *mailbox };
	bool came = worldTake((Wait){ .ready = hasMail, .idle = true, .timeout = timeout }, take, &mail);
	*message = mail.message;
	return came ? worldNow() - begin : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t* mailbox, void** message)
{
	Mail mail = { .mailbox = *mailbox };
	worldChange(takeIfAny, &mail);
	*message = mail.message;
	return mail.done ? 0 : SYS_MBOX_EMPTY;
}

void worldMailboxRoom(void)
{
	worldWaitInWork(hasRoom, gLwipMailbox);
}
