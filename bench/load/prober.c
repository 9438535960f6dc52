#include "prober.h"
#include "load.h"
#include "response.h"
#include "samples.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The board has few sockets left beside those of its viewers. */
enum { kAtOnce = 4 };

typedef struct {
	Watch watch; /* first: ready() casts back */
	bool busy, sent;
	int64_t due;
	Response response;
} Probe;

static Probe gProbes[kAtOnce];
static Samples gTimes;
static unsigned gAsked, gFailed;
static int64_t gNext, gInterval, gUntil;

static void ignoreHead(Response* response)
{
	(void)response;
}

static void ignoreContent(Response* response, const uint8_t* data, size_t length, int64_t time)
{
	(void)response, (void)data, (void)length, (void)time;
}

static void end(Probe* probe, bool answered)
{
	if (answered)
		samplesAdd(&gTimes, (double)(now() - probe->due));
	else
		gFailed++;
	watchRemove(&probe->watch);
	close(probe->watch.fd);
	probe->busy = false;
}

static void ready(Watch* watch)
{
	Probe* probe = (Probe*)watch;
	uint8_t data[16 * 1024];
	if (!probe->sent) {
		char request[512];
		int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
			gOptions.statusPath, gOptions.host);
		if (send(watch->fd, request, (size_t)length, MSG_NOSIGNAL) != length)
			return end(probe, false);
		probe->sent = true;
		return watchChange(watch, EPOLLIN);
	}
	ssize_t count = recv(watch->fd, data, sizeof data, 0);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count > 0)
		responseFeed(&probe->response, data, (size_t)count, now());
	/* Without a length, the response ends with the connection. */
	bool complete =
		responseComplete(&probe->response) ||
		(count == 0 && probe->response.headDone && probe->response.contentLength < 0 && !probe->response.chunked);
	if (complete)
		end(probe, probe->response.status == 200);
	else if (count <= 0 || probe->response.broken)
		end(probe, false);
}

static void begin(Probe* probe, int64_t due)
{
	memset(probe, 0, sizeof *probe);
	probe->busy = true;
	probe->due = due;
	probe->response.onHead = ignoreHead;
	probe->response.onContent = ignoreContent;
	probe->watch = (Watch){ .fd = connectTo(&gOptions.address, false), .ready = ready };
	watchAdd(&probe->watch, EPOLLOUT);
	gAsked++;
}

static Probe* idleProbe(void)
{
	for (int i = 0; i < kAtOnce; i++) {
		if (!gProbes[i].busy)
			return gProbes + i;
	}
	return NULL;
}

void proberBegin(int64_t time, int64_t until)
{
	gUntil = until;
	gInterval = (int64_t)(1e6 / gOptions.statusRate);
	gNext = time + gInterval;
}

int64_t proberTick(void)
{
	while (gNext < gUntil && gNext <= now()) {
		Probe* probe = idleProbe();
		if (!probe)
			return INT64_MAX;
		begin(probe, gNext);
		gNext += gInterval;
	}
	return gNext < gUntil ? gNext : INT64_MAX;
}

bool proberDone(void)
{
	for (int i = 0; i < kAtOnce; i++) {
		if (gProbes[i].busy)
			return false;
	}
	return gNext >= gUntil;
}

void proberReport(void)
{
	unsigned unanswered = 0, waiting = 0;
	int64_t time = now();
	for (int i = 0; i < kAtOnce; i++) {
		if (gProbes[i].busy) {
			samplesAdd(&gTimes, (double)(time - gProbes[i].due));
			unanswered++;
		}
	}
	for (; gNext < gUntil; gNext += gInterval) {
		samplesAdd(&gTimes, (double)(time - gNext));
		waiting++;
	}
	printf("{ \"asked\": %u, \"failed\": %u, \"unanswered\": %u", gAsked + waiting, gFailed, unanswered + waiting);
	/* All times, since there are too few for a meaningful 99th percentile of one run. */
	printf(", \"times\": [");
	for (size_t i = 0; i < gTimes.count; i++)
		printf("%s%.0f", i ? ", " : "", gTimes.values[i]);
	printf("] }");
}
