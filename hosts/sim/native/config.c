/* What the launcher hands the firmware, as text: modules/options.js parses it. */
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

void xs_sim_options(xsMachine* the)
{
	xsmcSetString(xsResult, (char*)gOptions.config);
}
