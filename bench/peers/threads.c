/*
	A thread for each client, as in mjpg-streamer's output_http: a mutex and a
	condition protect the newest frame, and the capturing thread broadcasts it. This
	program is simpler, which favors it: it does not copy the frame for each client, and
	sends a part in one writev().

	threads DIR FPS PORT
*/
#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { kMaxFrames = 4096 };

typedef struct {
	uint8_t* data;
	size_t length;
} Frame;

static Frame gFrames[kMaxFrames];
static size_t gCount;

static pthread_mutex_t gMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gNewFrame = PTHREAD_COND_INITIALIZER;
static unsigned long gCaptured; /* frames so far; the newest is gFrames[(gCaptured - 1) % gCount] */
static struct timespec gCapturedAt;
static atomic_int gViewers;

static void die(const char* what)
{
	perror(what);
	exit(1);
}

static int byName(const struct dirent** a, const struct dirent** b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

static int isJpeg(const struct dirent* entry)
{
	const char* dot = strrchr(entry->d_name, '.');
	return dot && !strcmp(dot, ".jpg");
}

static void readFrames(const char* folder)
{
	struct dirent** entries;
	int count = scandir(folder, &entries, isJpeg, byName);
	if (count < 1 || count > kMaxFrames)
		die(folder);
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
		FILE* file = fopen(path, "rb");
		if (!file)
			die(path);
		fseek(file, 0, SEEK_END);
		Frame* frame = &gFrames[gCount++];
		frame->length = (size_t)ftell(file);
		frame->data = malloc(frame->length);
		rewind(file);
		if (!frame->data || fread(frame->data, 1, frame->length, file) != frame->length)
			die(path);
		fclose(file);
	}
}

static void* capture(void* argument)
{
	double fps = *(double*)argument;
	struct timespec due;
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (;;) {
		due.tv_nsec += (long)(1e9 / fps);
		while (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		pthread_mutex_lock(&gMutex);
		gCaptured++;
		clock_gettime(CLOCK_MONOTONIC, &gCapturedAt);
		pthread_cond_broadcast(&gNewFrame);
		pthread_mutex_unlock(&gMutex);
	}
	return NULL;
}

/* Returns false once the client has disconnected. */
static int writeAll(int fd, struct iovec* parts, int count)
{
	while (count) {
		ssize_t written = writev(fd, parts, count);
		if (written < 0)
			return 0;
		for (; count && (size_t)written >= parts->iov_len; count--)
			written -= (ssize_t)(parts++)->iov_len;
		if (count) {
			parts->iov_base = (uint8_t*)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 1;
}

static void stream(int fd)
{
	static char head[] =
		"HTTP/1.0 200 OK\r\nConnection: close\r\nCache-Control: no-store\r\n"
		"Content-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n--boundarydonotcross\r\n";
	static char delimiter[] = "\r\n--boundarydonotcross\r\n";
	unsigned long seen = 0;
	int going = writeAll(fd, &(struct iovec){ head, sizeof head - 1 }, 1);
	while (going) {
		char field[128];
		pthread_mutex_lock(&gMutex);
		while (gCaptured == seen)
			pthread_cond_wait(&gNewFrame, &gMutex);
		seen = gCaptured;
		struct timespec time = gCapturedAt;
		pthread_mutex_unlock(&gMutex);
		Frame* frame = &gFrames[(seen - 1) % gCount];
		int length = snprintf(field, sizeof field,
			"Content-Type: image/jpeg\r\nContent-Length: %zu\r\nX-Timestamp: %lld.%06ld\r\n\r\n", frame->length,
			(long long)time.tv_sec, time.tv_nsec / 1000);
		struct iovec parts[] = { { field, (size_t)length }, { frame->data, frame->length },
			{ delimiter, sizeof delimiter - 1 } };
		going = writeAll(fd, parts, 3);
	}
}

static void status(int fd)
{
	char json[64], head[160];
	int length = snprintf(json, sizeof json, "{\"frames\": %lu, \"viewers\": %d}\n", gCaptured, gViewers);
	int headLength = snprintf(head, sizeof head,
		"HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length);
	struct iovec parts[] = { { head, (size_t)headLength }, { json, (size_t)length } };
	writeAll(fd, parts, 2);
}

static void* serve(void* argument)
{
	int fd = (int)(intptr_t)argument;
	char request[4096];
	size_t length = 0;
	ssize_t count;
	while (length < sizeof request - 1 && (count = read(fd, request + length, sizeof request - 1 - length)) > 0) {
		length += (size_t)count;
		request[length] = 0;
		if (!strstr(request, "\r\n\r\n"))
			continue;
		if (!strncmp(request, "GET /stream ", 12)) {
			gViewers++;
			stream(fd);
			gViewers--;
		}
		else if (!strncmp(request, "GET /status ", 12))
			status(fd);
		break;
	}
	close(fd);
	return NULL;
}

int main(int argc, char* argv[])
{
	if (argc != 4) {
		fputs("threads DIR FPS PORT\n", stderr);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	readFrames(argv[1]);
	double fps = atof(argv[2]);
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, (struct sockaddr*)&address, sizeof address) < 0 || listen(listener, 64) < 0)
		die("listen");
	pthread_t thread;
	if (pthread_create(&thread, NULL, capture, &fps))
		die("pthread_create");
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd < 0)
			continue;
		if (pthread_create(&thread, NULL, serve, (void*)(intptr_t)fd))
			close(fd);
		else
			pthread_detach(thread);
	}
}
