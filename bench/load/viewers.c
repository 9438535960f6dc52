#include "viewers.h"
#include "known-frames.h"
#include "load.h"
#include "multipart.h"
#include "response.h"
#include "samples.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kFirstFrames = 3 };

typedef struct {
	Watch watch; /* first: ready() casts back */
	Response response;
	Multipart multipart;
	bool asked, over, stalls, stalled;
	unsigned frames;  /* whole frames since it was opened */
	unsigned counted; /* those since viewersBegin() */
	int64_t last;     /* when the last of them arrived, or counting began */
	int64_t gap;      /* the longest time without a frame */
} Viewer;

Faults gFaults;

static Viewer* gViewers;
static Samples gLatencies;
static int64_t gBegan;
static uint8_t gScratch[256 * 1024];

static Viewer* ofResponse(Response* response)
{
	return (Viewer*)((uint8_t*)response - offsetof(Viewer, response));
}

static Viewer* ofMultipart(Multipart* multipart)
{
	return (Viewer*)((uint8_t*)multipart - offsetof(Viewer, multipart));
}

static void leave(Viewer* viewer)
{
	watchRemove(&viewer->watch);
	close(viewer->watch.fd);
	viewer->over = true;
}

static void onPart(Multipart* multipart, const Part* part)
{
	Viewer* viewer = ofMultipart(multipart);
	if (!isWholeFrame(part->data, part->length)) {
		gFaults.broken++;
		return;
	}
	viewer->frames++;
	if (part->arrival >= gBegan) {
		viewer->counted++;
		if (part->arrival - viewer->last > viewer->gap)
			viewer->gap = part->arrival - viewer->last;
		viewer->last = part->arrival;
		if (part->timestamp >= 0)
			samplesAdd(&gLatencies, (double)(part->arrival - part->timestamp - gOptions.clockOffset));
	}
}

static void onMisplaced(Multipart* multipart)
{
	(void)multipart;
	gFaults.misplaced++;
}

static void onHead(Response* response)
{
	Viewer* viewer = ofResponse(response);
	char* boundary = strcasestr(response->contentType, "boundary=");
	if (response->status != 200 || !boundary)
		return;
	boundary += strlen("boundary=");
	if (*boundary == '"')
		boundary++;
	boundary[strcspn(boundary, "\";, ")] = 0;
	multipartOpen(&viewer->multipart, boundary);
}

static void onContent(Response* response, const uint8_t* data, size_t length, int64_t time)
{
	Viewer* viewer = ofResponse(response);
	if (viewer->multipart.delimiterLength)
		multipartFeed(&viewer->multipart, data, length, time);
}

static bool streams(const Viewer* viewer)
{
	return viewer->multipart.delimiterLength > 0;
}

static void ask(Viewer* viewer)
{
	char request[512];
	int length =
		snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", gOptions.streamPath, gOptions.host);
	/* A new socket's buffer takes the whole request. An error comes with the next read. */
	if (send(viewer->watch.fd, request, (size_t)length, MSG_NOSIGNAL) == length) {
		viewer->asked = true;
		watchChange(&viewer->watch, EPOLLIN);
	}
	else {
		gFaults.refused++;
		leave(viewer);
	}
}

static void ready(Watch* watch)
{
	Viewer* viewer = (Viewer*)watch;
	if (!viewer->asked)
		return ask(viewer);
	ssize_t count = recv(watch->fd, gScratch, sizeof gScratch, 0);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	int64_t time = now();
	if (count > 0)
		responseFeed(&viewer->response, gScratch, (size_t)count, time);
	bool refused = viewer->response.broken || (viewer->response.headDone && !streams(viewer));
	if (count <= 0 || refused || viewer->response.ended) {
		if (streams(viewer))
			gFaults.ended++;
		else
			gFaults.refused++;
		leave(viewer);
	}
	else if (viewer->stalls && viewer->frames >= (unsigned)gOptions.stallAfter) {
		watchRemove(watch);
		viewer->stalled = true;
	}
}

void viewersOpen(void)
{
	gViewers = calloc((size_t)gOptions.viewers, sizeof *gViewers);
	if (!gViewers)
		fail("no memory");
	gBegan = INT64_MAX;
	for (int i = 0; i < gOptions.viewers; i++) {
		Viewer* viewer = gViewers + i;
		viewer->response.onHead = onHead;
		viewer->response.onContent = onContent;
		viewer->multipart.onPart = onPart;
		viewer->multipart.onMisplaced = onMisplaced;
		/* Stalling viewers are spread evenly, so that neither kind has an advantage by connecting first. */
		viewer->stalls =
			(long)(i + 1) * gOptions.stalled / gOptions.viewers > (long)i * gOptions.stalled / gOptions.viewers;
		viewer->watch = (Watch){ .fd = connectTo(&gOptions.address, viewer->stalls), .ready = ready };
		watchAdd(&viewer->watch, EPOLLOUT);
	}
}

bool viewersReady(void)
{
	for (int i = 0; i < gOptions.viewers; i++) {
		Viewer* viewer = gViewers + i;
		if (!viewer->over && !(viewer->stalls ? viewer->stalled : viewer->frames >= kFirstFrames))
			return false;
	}
	return true;
}

void viewersBegin(int64_t time)
{
	gBegan = time;
	gLatencies.count = 0;
	for (int i = 0; i < gOptions.viewers; i++) {
		gViewers[i].counted = 0;
		gViewers[i].gap = 0;
		gViewers[i].last = time;
	}
}

unsigned long viewersFrames(void)
{
	unsigned long frames = 0;
	for (int i = 0; i < gOptions.viewers; i++)
		frames += gViewers[i].stalls ? 0 : gViewers[i].frames;
	return frames;
}

void viewersReport(int64_t time)
{
	double seconds = (double)(time - gBegan) / 1e6;
	Samples rates = { 0 };
	unsigned long frames = 0;
	int64_t gap = 0;
	for (int i = 0; i < gOptions.viewers; i++) {
		Viewer* viewer = gViewers + i;
		if (viewer->stalls)
			continue;
		if (time - viewer->last > viewer->gap)
			viewer->gap = time - viewer->last;
		if (viewer->gap > gap)
			gap = viewer->gap;
		frames += viewer->counted;
		samplesAdd(&rates, viewer->counted / seconds);
	}
	printf("\"seconds\": %.6f, \"frames\": %lu, \"largestGap\": %lld", seconds, frames, (long long)gap);
	if (rates.count) {
		double least = samplesQuantile(&rates, 0), median = samplesQuantile(&rates, 0.5),
			   most = samplesQuantile(&rates, 1);
		printf(", \"rates\": { \"least\": %.3f, \"median\": %.3f, \"most\": %.3f }", least, median, most);
	}
	if (gLatencies.count) {
		double p50 = samplesQuantile(&gLatencies, 0.5), p99 = samplesQuantile(&gLatencies, 0.99),
			   most = samplesQuantile(&gLatencies, 1);
		printf(", \"latency\": { \"count\": %zu, \"p50\": %.0f, \"p99\": %.0f, \"max\": %.0f }", gLatencies.count, p50,
			p99, most);
	}
	free(rates.values);
}
