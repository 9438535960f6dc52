/* The fuzzers' end: abort() is what libFuzzer takes for a finding. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void hostFail(const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("yieldcam-fuzz: ", stderr);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}
