/* Numbers, for computing quantiles. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>

typedef struct {
	double* values;
	size_t count, capacity;
} Samples;

void samplesAdd(Samples* samples, double value);
/* Returns a quantile by nearest rank. Sorts the numbers, of which there must be at least one. */
double samplesQuantile(Samples* samples, double share);

#endif
