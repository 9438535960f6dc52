/*
	yieldcam-load: the viewers of a stream, all in one process. It reads in large
	pieces, so that it does not dominate the measurement, and reports its own
	processor time, too.

	It measures twice: first with viewers only, when the server's processor time is
	that of its frames, and then with requests for /status.
*/
#include "known-frames.h"
#include "load.h"
#include "processor-time.h"
#include "prober.h"
#include "viewers.h"

#include <stdio.h>

enum {
	kSettle = 300 * 1000,         /* until the cost of the first requests is over … */
	kSettleStalled = 2000 * 1000, /* … and the queues for viewers that do not read are full */
	kLastAnswers = 2000 * 1000,
};

static void measure(const char* name, double seconds, int64_t (*tick)(void))
{
	int64_t start = now();
	ProcessorTime before = processorTime();
	viewersBegin(start);
	loopRun(start + (int64_t)(seconds * 1e6), NULL, tick);
	ProcessorTime after = processorTime();
	printf(",\n\"%s\": { ", name);
	viewersReport(now());
	printf(", \"processorTime\": { \"server\": %.0f, \"mainThreads\": %.0f, \"aside\": %.0f, \"load\": %.0f } }",
		after.server - before.server, after.mainThreads - before.mainThreads, after.aside - before.aside,
		after.own - before.own);
}

int main(int argc, char* argv[])
{
	optionsParse(argc, argv);
	if (gOptions.frames)
		knownFramesRead(gOptions.frames);
	loopOpen();
	viewersOpen();
	loopRun(now() + (int64_t)(gOptions.patience * 1e6), viewersReady, NULL);
	bool ready = viewersReady();
	loopRun(now() + (gOptions.stalled ? kSettleStalled : kSettle), NULL, NULL);

	printf("{ \"viewers\": %d, \"stalled\": %d, \"ready\": %s", gOptions.viewers, gOptions.stalled,
		ready ? "true" : "false");
	measure("quiet", gOptions.quietSeconds, NULL);
	if (gOptions.askedSeconds > 0) {
		int64_t start = now();
		proberBegin(start, start + (int64_t)(gOptions.askedSeconds * 1e6));
		measure("asked", gOptions.askedSeconds, proberTick);
		loopRun(now() + kLastAnswers, proberDone, proberTick);
		printf(",\n\"status\": ");
		proberReport();
	}
	printf(",\n\"framesInAll\": %lu", viewersFrames());
	printf(",\n\"faults\": { \"refused\": %u, \"ended\": %u, \"broken\": %u, \"misplaced\": %u } }\n", gFaults.refused,
		gFaults.ended, gFaults.broken, gFaults.misplaced);
	return 0;
}
