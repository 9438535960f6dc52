/*
	The world of a test: threads, and time that passes only when nothing else happens. The
	driver, main()'s thread, plays the network; lwIP's thread and the machine's run beside
	it as they do on the board. Whenever both of these wait for something, the world is
	quiet: then the driver may read their data, and let time pass up to the next event.
*/
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void worldOpen(uint32_t seed);
uint32_t worldNow(void); /* milliseconds */
/* Prints a line, and ends the process. */
void worldFail(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Random numbers, the same for the same seed. The driver's. */
uint32_t worldDice(uint32_t count); /* less than count */

/* Threads */

typedef struct {
	bool (*ready)(void*); /* called under the world's lock, by any thread */
	bool idle;            /* waits for its next message; not in the middle of something, where it may be a deadlock */
	uint32_t timeout;     /* milliseconds; 0 = for ever */
} Wait;

void worldThread(const char* name, void (*run)(void*), void* data);
/* Waits, and takes what has come, under the world's lock. Returns false if the time is up before that. */
bool worldTake(Wait wait, void (*take)(void*), void* data);
/* Waits for the next message. */
void worldWait(bool (*ready)(void*), void* data);
/* Waits in the middle of something. */
void worldWaitInWork(bool (*ready)(void*), void* data);
/* Changes what threads wait for, under the world's lock, and wakes them. */
void worldChange(void (*change)(void*), void* data);

/* For the driver: */

/* Waits until each other thread waits. Fails if one can never go on. */
void worldQuiet(void);
/* Waits until lwIP's thread waits. Also for the machine's. */
void worldLwipQuiet(void);
/* The next time at which a thread goes on by itself. Returns false if none does. */
bool worldDeadline(uint32_t* at);
void worldAdvance(uint32_t to);
/* How often lwIP's thread has gone on since its time was up. */
unsigned worldTimeouts(void);
/* Waits until lwIP's mailbox has room for another message (port.c). Also for the machine's. */
void worldMailboxRoom(void);
