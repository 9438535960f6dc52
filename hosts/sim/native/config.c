/* The launcher's options for the firmware, as text, which modules/options.js parses. */
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

void xs_sim_options(xsMachine* the)
{
	xsmcSetString(xsResult, (char*)gOptions.config);
}
