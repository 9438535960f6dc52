/* lwIP's threads, mailboxes and locks (threads.c). */
#pragma once

#include <pthread.h>

typedef struct Semaphore* sys_sem_t;
typedef pthread_mutex_t* sys_mutex_t;
typedef struct Mailbox* sys_mbox_t;
typedef pthread_t sys_thread_t;
typedef int sys_prot_t;

#define SYS_SEM_NULL NULL
#define SYS_MBOX_NULL NULL
#define sys_sem_valid(semaphore) (*(semaphore) != NULL)
#define sys_sem_set_invalid(semaphore) (*(semaphore) = NULL)
#define sys_mutex_valid(mutex) (*(mutex) != NULL)
#define sys_mutex_set_invalid(mutex) (*(mutex) = NULL)
#define sys_mbox_valid(mailbox) (*(mailbox) != NULL)
#define sys_mbox_set_invalid(mailbox) (*(mailbox) = NULL)
