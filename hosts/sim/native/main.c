/* yieldcam-sim: the firmware on the real XS engine, without a board. */
#include "host.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

HostOptions gOptions = {
	.config = "{}",
	.preload = "",
	.board = true,
	.sendWindow = 5744,     /* lwIP's TCP_SND_BUF by default: 4 × 1436 */
	.chunkBytes = 78848,
	.slotCount = 4928,
	.stackSlots = 512,
};

static void* gMachine;

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
	/* Not exit(): destructors would run over a machine in an unknown state. */
	_exit(1);
}

static size_t number(const char* name, const char* text)
{
	char* end;
	unsigned long value = strtoul(text, &end, 10);
	if (!*text || *end || *text == '-')
		hostFail("--%s takes a whole number, not \"%s\"", name, text);
	return value;
}

static void parseOptions(int argc, char* const argv[])
{
	static const struct option options[] = {
		{ "modules", required_argument, NULL, 'm' },
		{ "config", required_argument, NULL, 'c' },
		{ "preload", required_argument, NULL, 'P' },
		{ "profile", required_argument, NULL, 'p' },
		{ "send-window", required_argument, NULL, 'w' },
		{ "chunk", required_argument, NULL, 'C' },
		{ "slots", required_argument, NULL, 'S' },
		{ "stack", required_argument, NULL, 'T' },
		{ "jpeg-buffer", required_argument, NULL, 'j' },
		{ "sensor", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	bool windowGiven = false;
	int option;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case 'm': gOptions.modules = optarg; break;
		case 'c': gOptions.config = optarg; break;
		case 'P': gOptions.preload = optarg; break;
		case 'p':
			if (!strcmp(optarg, "host"))
				gOptions.board = false;
			else if (strcmp(optarg, "board"))
				hostFail("--profile is board or host, not \"%s\"", optarg);
			break;
		case 'w': gOptions.sendWindow = number("send-window", optarg); windowGiven = true; break;
		case 'C': gOptions.chunkBytes = number("chunk", optarg); break;
		case 'S': gOptions.slotCount = number("slots", optarg); break;
		case 'T': gOptions.stackSlots = number("stack", optarg); break;
		case 'j': gOptions.jpegBuffer = number("jpeg-buffer", optarg); break;
		case 's':
			gOptions.sensor = argv + optind;
			if (!*gOptions.sensor)
				hostFail("--sensor takes the command that makes the frames");
			goto done;
		default:
			_exit(1);
		}
	}
done:
	if (!gOptions.modules)
		hostFail("--modules FILE is missing: the map from specifiers to files");
	if (!gOptions.board && !windowGiven)
		gOptions.sendWindow = 256 * 1024;
	if (gOptions.sendWindow < 536)
		hostFail("--send-window must be at least 536 bytes, TCP's smallest segment");
}

static void report(void)
{
	HeapUse heap = machineHeap(gMachine, true);
	size_t buffers, home;
	sensorReport(&buffers, &home);
	fprintf(stderr, "yieldcam-sim: {\"slots\":%zu,\"slotLimit\":%zu,\"chunks\":%zu,\"chunkLimit\":%zu,"
		"\"sockets\":%zu,\"buffers\":%zu,\"buffersHome\":%zu}\n",
		heap.slots, heap.slotLimit, heap.chunks, heap.chunkLimit, pcbCount(), buffers, home);
}

static void signalReady(LoopWatch* watch, uint32_t events)
{
	struct signalfd_siginfo info;
	(void)events;
	while (read(watch->fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGUSR1)
			report();
		else
			loopStop();
	}
}

int main(int argc, char* argv[])
{
	static LoopWatch signals = { .ready = signalReady };
	sigset_t set;

	parseOptions(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);

	/* Blocked before any thread starts, so that they arrive through the loop only. */
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);

	loopOpen();
	signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	loopWatch(&signals, EPOLLIN);

	gMachine = machineCreate();
	machineRun(gMachine);
	loopRun(gMachine);

	sensorInterrupt();
	machineDelete(gMachine);
	tasksWait();
	loopDrain();
	pcbCloseAll();
	loopWatch(&signals, 0);
	close(signals.fd);
	loopClose();
	return 0;
}
