#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include <stdio.h>

void xs_console_print(xsMachine* the)
{
	fputs(xsmcToString(xsArg(0)), stdout);
	/* The address should appear before the next line does. */
	fflush(stdout);
}
