#include "sensor-process.h"
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static pid_t gProcess;
static int gCommands = -1, gFrames = -1;
static pthread_mutex_t gCommandMutex = PTHREAD_MUTEX_INITIALIZER;

bool sensorSpawn(void)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int commands[2], frames[2], error;
	if (!gOptions.sensor)
		return false;
	if (pipe2(commands, O_CLOEXEC) < 0 || pipe2(frames, O_CLOEXEC) < 0)
		hostFail("pipe: %m");
	/* Room for a UXGA frame, so that the sensor need not wait for the reader in the middle of a frame. */
	fcntl(frames[0], F_SETPIPE_SZ, 1024 * 1024);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, commands[0], 0);
	posix_spawn_file_actions_adddup2(&actions, frames[1], 1);
	/* The host blocks its signals to read them from a descriptor; the sensor must not. */
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	error = posix_spawnp(&gProcess, gOptions.sensor[0], &actions, &attributes, gOptions.sensor, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	close(commands[0]);
	close(frames[1]);
	gCommands = commands[1];
	gFrames = frames[0];
	if (error) {
		close(gCommands);
		close(gFrames);
		return false;
	}
	return true;
}

static void command(const char* format, const char* name, int value)
{
	char line[80];
	int length = name ? snprintf(line, sizeof line, format, name, value) : snprintf(line, sizeof line, format, value);
	pthread_mutex_lock(&gCommandMutex);
	/* EPIPE if the process has ended, which the reader of its frames reports. */
	if (gCommands >= 0 && write(gCommands, line, (size_t)length) < 0 && errno != EPIPE)
		hostFail("cannot write to the sensor process: %m");
	pthread_mutex_unlock(&gCommandMutex);
}

int sensorBus(int registers)
{
	if (faultActive(kFaultBusSlow))
		usleep((useconds_t)registers * 1000);
	/* TIMEOUT_MS of esp32-camera's sccb-ng.c */
	for (int waited = 0; faultActive(kFaultBusStuck); waited++) {
		if (waited == 100 || sensorInterrupted())
			return -1;
		usleep(10 * 1000);
	}
	return 0;
}

int sensorSet(const char* name, int value)
{
	/* About as many as the OV2640's driver writes for a frame size, and for other controls. */
	if (sensorBus(strcmp(name, "framesize") ? 4 : 80))
		return -1;
	command("set %s %d\n", name, value);
	return 0;
}

void sensorStream(bool on)
{
	command("stream %d\n", NULL, on);
}

bool sensorReadBytes(uint8_t* data, size_t length)
{
	while (length) {
		ssize_t count = read(gFrames, data, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		data += count;
		length -= (size_t)count;
	}
	return true;
}

/* Header: "YCF1", u32 length, u16 width, u16 height, u32 0, u64 timestamp; little-endian. */
bool sensorReadFrame(SensorFrame* frame)
{
	uint8_t header[24];
	if (!sensorReadBytes(header, sizeof header))
		return false;
	if (memcmp(header, "YCF1", 4))
		hostFail("the sensor process wrote something that is not a frame");
	memcpy(&frame->length, header + 4, 4);
	memcpy(&frame->width, header + 8, 2);
	memcpy(&frame->height, header + 10, 2);
	memcpy(&frame->timestamp, header + 16, 8);
	return true;
}

void sensorEnd(void)
{
	pthread_mutex_lock(&gCommandMutex);
	close(gCommands);
	gCommands = -1;
	pthread_mutex_unlock(&gCommandMutex);
	kill(gProcess, SIGKILL);
}

void sensorReap(void)
{
	close(gFrames);
	gFrames = -1;
	while (waitpid(gProcess, NULL, 0) < 0 && errno == EINTR)
		continue;
}
