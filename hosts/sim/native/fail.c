#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void hostFail(const char* format, ...)
{
	va_list arguments;
	fflush(stdout);
	fputs("yieldcam-sim: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	fflush(stderr);
	/* Not exit(), since destructors would run on a machine in an unknown state. */
	_exit(1);
}
