/*
	Asks for /status at a steady rate, each time over a new connection. A request
	counts from when it was due: a server that is late with one answer is late with
	those that wait behind it.
*/
#ifndef PROBER_H
#define PROBER_H

#include <stdbool.h>
#include <stdint.h>

/* For requests that are due from `time` on, and before `until`. */
void proberBegin(int64_t time, int64_t until);
/* Begins what is due, and returns when the next is. */
int64_t proberTick(void);
/* All are answered, one way or another. */
bool proberDone(void);
/* Prints what came of it, as a JSON object. What is not answered by now has taken until now at least. */
void proberReport(void);

#endif
