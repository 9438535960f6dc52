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

void worldThread(const char* name, void (*run)(void*), void* data);
/* Waits for the next message. `ready` is called under the world's lock, by any thread. */
void worldWait(bool (*ready)(void*), void* data);
/* Waits in the middle of something: if that does not come, it is a deadlock. */
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
/* Waits until lwIP's mailbox has room for another message. */
void worldMailboxRoom(void);
