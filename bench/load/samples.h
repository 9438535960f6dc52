/* Numbers of which quantiles are wanted. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>

typedef struct {
	double* values;
	size_t count, capacity;
} Samples;

void samplesAdd(Samples* samples, double value);
/* By nearest rank; sorts them. There has to be one. */
double samplesQuantile(Samples* samples, double share);

#endif
