/* yieldcam-sim: the firmware on the real XS engine, without a board. */
#include "engine.h"
#include "flash.h"
#include "host.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void* gMachine;

/* Returns the script's costs, as members of the report. Only the metered variant has it (../metered/costs.c). */
extern const char* costsText(void) __attribute__((weak));

static void report(void)
{
	HeapUse heap = machineHeap(gMachine, true);
	size_t buffers, home;
	const char* grabMode;
	sensorReport(&buffers, &home, &grabMode);
	fprintf(stderr,
		"yieldcam-sim: {\"slots\":%zu,\"slotLimit\":%zu,\"chunks\":%zu,\"chunkLimit\":%zu,"
		"\"stackPeak\":%zu,\"stack\":%zu,\"reservePeak\":%zu,"
		"\"sockets\":%zu,\"buffers\":%zu,\"buffersHome\":%zu,\"grabMode\":\"%s\"%s}\n",
		heap.slots, heap.slotLimit, heap.chunks, heap.chunkLimit, heap.stackPeak, heap.stack, heap.reservePeak,
		pcbCount(), buffers, home, grabMode, costsText ? costsText() : "");
}

static void signalReady(LoopWatch* watch, uint32_t events)
{
	struct signalfd_siginfo info;
	(void)events;
	while (read(watch->fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGUSR1)
			report();
		else if (info.ssi_signo == SIGUSR2)
			faultSignal();
		else
			loopStop();
	}
}

int main(int argc, char* argv[])
{
	static LoopWatch signals = { .ready = signalReady };
	sigset_t set;

	optionsParse(argc, argv);
	storeLock();
	flashOpen();
	bootChoose();
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* If the launcher is killed, it cannot stop this process. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);

	/* Blocked before any thread starts, so that signals arrive only through the loop. */
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);

	loopOpen();
	signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	loopWatch(&signals, EPOLLIN);

	gpioSocketOpen();

	gMachine = machineCreate();
	if (gOptions.lines)
		stuckWatch(gMachine);
	machineRun(gMachine);
	/* The rejections are reported before the loop waits. */
	while (loopMessages(gMachine)) {
		machineTurn(gMachine);
		stuckTurn();
		if (!loopEvents(true))
			break;
	}

	size_t peak = machineHeap(gMachine, false).reservePeak;
	if (peak)
		fprintf(stderr, "yieldcam-sim: the heap was full and grew into its reserve, by %zu bytes at most\n", peak);
	sensorInterrupt();
	machineDelete(gMachine);
	tasksWait();
	loopDrain();
	pcbCloseAll();
	gpioSocketClose();
	loopWatch(&signals, 0);
	close(signals.fd);
	loopClose();
	return 0;
}
