/*
	The name resolution of the SDK's module `net` (modules/network/net): Net.resolve()
	uses this machine's resolver, in a thread, since it may block for seconds.
	Moddable's simulator uses the SDK's own module.
*/
#include "machine.h"
#include "host.h"
#include "xsHost.h"
#include "xsmc.h"

#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	xsMachine* the;
	xsSlot callback;
	bool resolved;
	char address[INET_ADDRSTRLEN];
	char name[];
} Lookup;

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	Lookup* lookup = refcon;
	(void)message;
	(void)messageLength;
	if (machine) {
		xsBeginHost(lookup->the);
		if (lookup->resolved)
			xsCallFunction2(lookup->callback, xsGlobal, xsString(lookup->name), xsString(lookup->address));
		else
			xsCallFunction2(lookup->callback, xsGlobal, xsString(lookup->name), xsUndefined);
		xsForget(lookup->callback);
		xsEndHost(lookup->the);
	}
	free(lookup);
}

static void* look(void* argument)
{
	Lookup* lookup = argument;
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo* found;
	if (!getaddrinfo(lookup->name, NULL, &hints, &found)) {
		struct sockaddr_in* address = (struct sockaddr_in*)found->ai_addr;
		lookup->resolved = inet_ntop(AF_INET, &address->sin_addr, lookup->address, sizeof lookup->address) != NULL;
		freeaddrinfo(found);
	}
	if (modMessagePostToMachine(lookup->the, NULL, 0, deliver, lookup))
		free(lookup); /* the machine has ended */
	return NULL;
}

void xs_net_resolve(xsMachine* the)
{
	char* name = xsmcToString(xsArg(0));
	size_t size = strlen(name) + 1;
	Lookup* lookup = calloc(1, sizeof *lookup + size);
	pthread_t thread;
	if (!lookup)
		hostFail("no memory");
	memcpy(lookup->name, name, size);
	lookup->the = the;
	lookup->callback = xsArg(1);
	if (pthread_create(&thread, NULL, look, lookup)) {
		free(lookup);
		xsUnknownError("cannot start a thread to resolve %s", name);
	}
	pthread_detach(thread);
	xsRemember(lookup->callback);
}
