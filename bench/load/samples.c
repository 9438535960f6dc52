#include "samples.h"
#include "load.h"

#include <stdlib.h>

void samplesAdd(Samples* samples, double value)
{
	if (samples->count == samples->capacity) {
		samples->capacity = samples->capacity ? samples->capacity * 2 : 1024;
		samples->values = realloc(samples->values, samples->capacity * sizeof *samples->values);
		if (!samples->values)
			fail("no memory");
	}
	samples->values[samples->count++] = value;
}

static int compare(const void* a, const void* b)
{
	double difference = *(const double*)a - *(const double*)b;
	return (difference > 0) - (difference < 0);
}

double samplesQuantile(Samples* samples, double share)
{
	size_t rank = (size_t)__builtin_ceil(share * (double)samples->count);
	qsort(samples->values, samples->count, sizeof *samples->values, compare);
	return samples->values[rank ? rank - 1 : 0];
}
