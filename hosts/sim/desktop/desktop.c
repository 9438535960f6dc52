/*
	The simulated device inside Moddable's desktop simulator (mcsim): its loop is a
	source of the GLib loop that runs the machine there.

	The launcher's options come in the environment, since no command line reaches this
	code: YIELDCAM_SIM holds the arguments of yieldcam-sim, one per line.
*/
#include "xsAll.h"
#include "host.h"
#include "xsHost.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* 0, since the built-ins are linked, as for the board. */
int gBuiltInSlots, gBuiltInChunks;

typedef struct {
	GSource source; /* first: GLib passes a pointer to it */
	txMachine* the;
	gpointer descriptor;
} LoopSource;

static gboolean prepare(GSource* source, gint* timeout)
{
	(void)source;
	*timeout = loopTimeout();
	return *timeout == 0;
}

static gboolean check(GSource* source)
{
	return g_source_query_unix_fd(source, ((LoopSource*)source)->descriptor) || loopTimeout() == 0;
}

static gboolean dispatch(GSource* source, GSourceFunc callback, gpointer data)
{
	(void)callback;
	(void)data;
	if (loopMessages(((LoopSource*)source)->the))
		loopEvents(false);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs loopFunctions = { .prepare = prepare, .check = check, .dispatch = dispatch };

static gboolean report(gpointer machine)
{
	txMachine* the = machine;
	txCreation* creation = &((txPreparation*)the->preparation)->creation;
	size_t buffers, home;
	const char* grabMode;
	fxCollectGarbage(the);
	sensorReport(&buffers, &home, &grabMode);
	fprintf(stderr,
		"yieldcam-sim: {\"slots\":%d,\"slotLimit\":%d,\"chunks\":%d,\"chunkLimit\":%d,"
		"\"sockets\":%zu,\"buffers\":%zu,\"buffersHome\":%zu,\"grabMode\":\"%s\"}\n",
		(int)the->currentHeapCount, (int)creation->initialHeapCount, (int)the->currentChunksSize,
		(int)creation->initialChunkSize, pcbCount(), buffers, home, grabMode);
	return G_SOURCE_CONTINUE;
}

/* mcsim does not handle these signals itself, so the system would end it without stopping the sensor. */
static gboolean end(gpointer unused)
{
	(void)unused;
	sensorInterrupt();
	gpioSocketClose();
	fflush(stdout);
	_exit(0);
}

/* Parses the options as a command line. The strings are kept for the life of the process. */
static void parseEnvironment(void)
{
	enum { kMost = 64 };
	static char* argv[kMost + 1] = { "yieldcam-sim" };
	const char* text = getenv("YIELDCAM_SIM");
	char* rest = text ? strdup(text) : NULL;
	int argc = 1;
	if (!rest)
		hostFail("start the desktop simulator with `npm run sim:moddable`, which gives it a camera");
	for (char* line = strsep(&rest, "\n"); line && argc < kMost; line = strsep(&rest, "\n"))
		argv[argc++] = line;
	optionsParse(argc, argv);
}

void xs_sim_open(txMachine* the)
{
	LoopSource* source;
	parseEnvironment();
	/* Line-buffered, since other programs wait for its lines even without a terminal. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	loopOpen();
	gpioSocketOpen();
	source = (LoopSource*)g_source_new(&loopFunctions, sizeof(LoopSource));
	source->the = the;
	source->descriptor = g_source_add_unix_fd(&source->source, loopDescriptor(), G_IO_IN);
	g_source_attach(&source->source, g_main_context_get_thread_default());
	g_source_unref(&source->source);
	g_unix_signal_add(SIGUSR1, report, the);
	g_unix_signal_add(SIGTERM, end, NULL);
	g_unix_signal_add(SIGINT, end, NULL);
}
