/*
	Shows and drives the simulated pins over the Unix socket that --pins names. Each client receives the state of each pin in
	use, then a line for each change, "PIN STATE":

		4 output 1
		5 pwm 50 0.0750
		6 input 1 pull-up
		4 off

	A line "PIN LEVEL" from a client drives a pin with 0 or 1 from outside, as a button would; "PIN -" ends that.
*/
#include "gpio-pins.h"
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { kMostText = 48, kMostLine = 32 };

typedef struct Client Client;
struct Client {
	LoopWatch watch; /* first: ready() casts back */
	Client* next;
	size_t length;
	char line[kMostLine];
};

static LoopWatch gListener = { .fd = -1 };
static Client* gClients;
/* The states as they were last sent. "" stands for "off", in which all begin. */
static char gSent[GPIO_NUM_MAX][kMostText];

static void closeClient(Client* client)
{
	Client** address = &gClients;
	while (*address != client)
		address = &(*address)->next;
	*address = client->next;
	loopWatch(&client->watch, 0);
	close(client->watch.fd);
	free(client);
}

/* Returns false if the client does not read its lines; it loses its connection then. */
static bool sendState(const Client* client, gpio_num_t pin)
{
	char text[kMostText + 8];
	int length = snprintf(text, sizeof text, "%d %s\n", pin, *gSent[pin] ? gSent[pin] : "off");
	return send(client->watch.fd, text, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

void gpioChanged(gpio_num_t pin)
{
	char text[kMostText];
	gpioText(pin, text, sizeof text);
	if (!strcmp(text, "off"))
		*text = 0;
	if (!strcmp(text, gSent[pin]))
		return;
	memcpy(gSent[pin], text, sizeof text);
	for (Client* client = gClients; client; client = client->next) {
		/* It may be the one whose line is executed, so only its socket ends here. */
		if (!sendState(client, pin))
			shutdown(client->watch.fd, SHUT_RDWR);
	}
}

/* Returns whether the line makes sense. */
static bool execute(const char* line)
{
	int pin, length = 0;
	char level, rest;
	if (sscanf(line, "%2d %c%n%c", &pin, &level, &length, &rest) != 2 || !GPIO_IS_VALID_GPIO(pin))
		return false;
	if (level != '0' && level != '1' && level != '-')
		return false;
	gpioDrive(pin, level == '-' ? -1 : level - '0');
	return true;
}

static void clientReady(LoopWatch* watch, uint32_t events)
{
	Client* client = (Client*)watch;
	ssize_t count = read(watch->fd, client->line + client->length, kMostLine - 1 - client->length);
	char* end;
	(void)events;
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0) {
		closeClient(client);
		return;
	}
	client->length += (size_t)count;
	client->line[client->length] = 0;
	while ((end = strchr(client->line, '\n'))) {
		*end = 0;
		if (!execute(client->line)) {
			closeClient(client);
			return;
		}
		client->length -= (size_t)(end + 1 - client->line);
		memmove(client->line, end + 1, client->length + 1);
	}
	if (client->length == kMostLine - 1)
		closeClient(client);
}

static void listenerReady(LoopWatch* watch, uint32_t events)
{
	int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	Client* client = fd < 0 ? NULL : calloc(1, sizeof *client);
	(void)events;
	if (!client) {
		if (fd >= 0)
			close(fd);
		return;
	}
	client->watch = (LoopWatch){ .ready = clientReady, .fd = fd };
	client->next = gClients;
	gClients = client;
	loopWatch(&client->watch, EPOLLIN);
	for (gpio_num_t pin = 0; pin < GPIO_NUM_MAX; pin++) {
		if (*gSent[pin] && !sendState(client, pin)) {
			closeClient(client);
			return;
		}
	}
}

void gpioSocketOpen(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat status;
	if (!gOptions.pins)
		return;
	if (strlen(gOptions.pins) >= sizeof address.sun_path)
		hostFail("--pins: the path is longer than %zu bytes", sizeof address.sun_path - 1);
	strcpy(address.sun_path, gOptions.pins);
	/* An earlier run that was killed has left its socket behind. */
	if (!lstat(gOptions.pins, &status) && S_ISSOCK(status.st_mode))
		unlink(gOptions.pins);
	gListener.ready = listenerReady;
	gListener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (gListener.fd < 0 || bind(gListener.fd, (struct sockaddr*)&address, sizeof address) || listen(gListener.fd, 4))
		hostFail("--pins %s: %m", gOptions.pins);
	loopWatch(&gListener, EPOLLIN);
}

void gpioSocketClose(void)
{
	while (gClients)
		closeClient(gClients);
	if (gListener.fd < 0)
		return;
	loopWatch(&gListener, 0);
	close(gListener.fd);
	unlink(gOptions.pins);
	gListener.fd = -1;
}
