/*
	Requests /status at a steady rate, each time over a new connection. The time of a
	request counts from when it was due: a server that is late with one response is
	also late with those that wait behind it.
*/
#ifndef PROBER_H
#define PROBER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts requests that are due from `time` on, and before `until`. */
void proberBegin(int64_t time, int64_t until);
/* Begins the requests that are due, and returns the time of the next. */
int64_t proberTick(void);
/* Reports whether all requests have ended, successfully or not. */
bool proberDone(void);
/* Prints the results as a JSON object. Requests without a response count with their time until now. */
void proberReport(void);

#endif
