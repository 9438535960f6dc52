#include "load.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Options gOptions = {
	.streamPath = "/stream",
	.statusPath = "/status",
	.viewers = 1,
	.stallAfter = 3,
	.patience = 15,
	.quietSeconds = 5,
	.askedSeconds = 0,
	.statusRate = 40,
};

static const char* const help =
	"yieldcam-load: watches an MJPEG stream with many viewers, and prints the results as JSON\n"
	"  --port PORT              the server's port\n"
	"  --address ADDRESS        its IPv4 address (127.0.0.1)\n"
	"  --stream PATH            the stream (/stream)\n"
	"  --status PATH            requested along with the stream (/status)\n"
	"  --viewers N              connections that stream (1)\n"
	"  --stalled N              the number of them that stop reading (0)\n"
	"  --stall-after FRAMES     the number of frames after which they stop (3)\n"
	"  --patience SECONDS       the time for every viewer to get its first frames (15)\n"
	"  --quiet SECONDS          measured with viewers only (5)\n"
	"  --asked SECONDS          then measured with requests for /status (0)\n"
	"  --status-rate RATE       requests per second (40)\n"
	"  --frames DIR             the served files: every frame must be one of them\n"
	"  --clock-offset MICROS    this machine's monotonic clock minus the one of X-Timestamp (0)\n"
	"  --process PID            a process of the server; may be repeated\n"
	"  --aside PID              a process whose processor time is reported separately\n";

static double number(const char* name, const char* text, double least)
{
	char* end;
	double value = strtod(text, &end);
	if (!*text || *end || !(value >= least))
		fail("--%s takes a number from %g on, not \"%s\"", name, least, text);
	return value;
}

static void add(int* list, int* count, const char* name, const char* text)
{
	if (*count == kMaxProcesses)
		fail("--%s: %d processes at most", name, kMaxProcesses);
	list[(*count)++] = (int)number(name, text, 1);
}

void optionsParse(int argc, char* const argv[])
{
	enum {
		kPort,
		kAddress,
		kStream,
		kStatus,
		kViewers,
		kStalled,
		kStallAfter,
		kPatience,
		kQuiet,
		kAsked,
		kStatusRate,
		kFrames,
		kClockOffset,
		kProcess,
		kAside,
		kHelp
	};
	static const struct option options[] = {
		{ "port", required_argument, NULL, kPort },
		{ "address", required_argument, NULL, kAddress },
		{ "stream", required_argument, NULL, kStream },
		{ "status", required_argument, NULL, kStatus },
		{ "viewers", required_argument, NULL, kViewers },
		{ "stalled", required_argument, NULL, kStalled },
		{ "stall-after", required_argument, NULL, kStallAfter },
		{ "patience", required_argument, NULL, kPatience },
		{ "quiet", required_argument, NULL, kQuiet },
		{ "asked", required_argument, NULL, kAsked },
		{ "status-rate", required_argument, NULL, kStatusRate },
		{ "frames", required_argument, NULL, kFrames },
		{ "clock-offset", required_argument, NULL, kClockOffset },
		{ "process", required_argument, NULL, kProcess },
		{ "aside", required_argument, NULL, kAside },
		{ "help", no_argument, NULL, kHelp },
		{ NULL, 0, NULL, 0 },
	};
	static char host[32];
	const char* address = "127.0.0.1";
	int port = 0, option, index;
	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		const char* name = option == '?' ? "" : options[index].name;
		switch (option) {
		case kPort: port = (int)number(name, optarg, 1); break;
		case kAddress: address = optarg; break;
		case kStream: gOptions.streamPath = optarg; break;
		case kStatus: gOptions.statusPath = optarg; break;
		case kViewers: gOptions.viewers = (int)number(name, optarg, 1); break;
		case kStalled: gOptions.stalled = (int)number(name, optarg, 0); break;
		case kStallAfter: gOptions.stallAfter = (int)number(name, optarg, 1); break;
		case kPatience: gOptions.patience = number(name, optarg, 0.1); break;
		case kQuiet: gOptions.quietSeconds = number(name, optarg, 0.1); break;
		case kAsked: gOptions.askedSeconds = number(name, optarg, 0); break;
		case kStatusRate: gOptions.statusRate = number(name, optarg, 0.1); break;
		case kFrames: gOptions.frames = optarg; break;
		case kClockOffset: gOptions.clockOffset = (int64_t)number(name, optarg, -1e15); break;
		case kProcess: add(gOptions.processes, &gOptions.processCount, name, optarg); break;
		case kAside: add(gOptions.aside, &gOptions.asideCount, name, optarg); break;
		case kHelp: fputs(help, stdout); exit(0);
		default: exit(1);
		}
	}
	if (optind < argc)
		fail("unexpected argument \"%s\"", argv[optind]);
	if (port < 1 || port > 65535)
		fail("--port PORT is missing or invalid");
	if (gOptions.stalled > gOptions.viewers)
		fail("--stalled %d of --viewers %d", gOptions.stalled, gOptions.viewers);
	gOptions.address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	if (inet_pton(AF_INET, address, &gOptions.address.sin_addr) != 1)
		fail("--address is an IPv4 address, not \"%s\"", address);
	snprintf(host, sizeof host, "%s:%d", address, port);
	gOptions.host = host;
}
