#include "server.h"
#include "memory.h"
#include "scenario.h"

#include <stdio.h>

static bool forget(Socket* socket)
{
	Server* server = scriptState(socket);
	for (size_t i = 0; i < server->count; i++)
		if (server->sockets[i] == socket) {
			server->sockets[i] = server->sockets[--server->count];
			return true;
		}
	return false;
}

void leave(Socket* socket)
{
	if (forget(socket))
		scriptClose(socket);
}

void leaveAtOnce(Socket* socket)
{
	if (forget(socket))
		scriptAbort(socket);
}

typedef struct {
	Server* server;
	void (*run)(Socket*);
} Each;

static void runEach(void* data)
{
	const Each* each = data;
	/* From the last, since it may leave. */
	for (size_t i = each->server->count; i-- > 0;)
		each->run(each->server->sockets[i]);
}

void serverEach(Server* server, void (*run)(Socket*))
{
	Each each = { server, run };
	inMachine(runEach, &each);
	settle();
}

uint32_t remoteOf(Socket* socket)
{
	unsigned parts[4];
	uint16_t port;
	const char* text = scriptRemote(socket, &port);
	if (sscanf(text, "%u.%u.%u.%u", parts, parts + 1, parts + 2, parts + 3) != 4)
		worldFail("the address of a peer is %s", text);
	return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3];
}

static void echoReadable(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	uint8_t data[65536];
	server->readable++;
	if (scriptRead(socket, data, (size_t)count) && scriptWrite(socket, data, (size_t)count) == -2)
		/* Without memory the sockets hold what lwIP did not take, and there is no room. */
		memoryFailed() ? leave(socket) : worldFail("write() throws: %s", scriptError());
}

void readsAll(Socket* socket, int count)
{
	static uint8_t data[65536];
	scriptRead(socket, data, (size_t)count);
}

void writesAll(Socket* socket, int room)
{
	static const uint8_t data[65536];
	if (room > 0)
		EXPECT(scriptWrite(socket, data, (size_t)room) != -2);
}

void countsEnd(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->ends++;
}

void countsError(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->errors++;
}

void leavesAtEnd(Socket* socket, int count)
{
	countsEnd(socket, count);
	leave(socket);
}

void leavesAtError(Socket* socket, int count)
{
	countsError(socket, count);
	leave(socket);
}

const Handlers kEcho = { .onReadable = echoReadable, .onError = leavesAtError, .onEnd = leavesAtEnd };

static void acceptAll(Server* server, int count)
{
	while (count-- > 0) {
		Socket* socket = scriptAccept(server->listener, &server->handlers, server);
		if (!socket) {
			server->nothing++;
			break;
		}
		server->remotes[server->accepted++ % kMostSockets] = remoteOf(socket);
		if (server->count == kMostSockets)
			worldFail("too many sockets");
		server->sockets[server->count++] = socket;
	}
}

static void pending(Listener* listener, int count)
{
	Server* server = scriptState(listener);
	if (count > kBacklog)
		worldFail("%d connections wait", count);
	if (!server->holds)
		acceptAll(server, count);
}

static void openIt(void* data)
{
	Server* server = data;
	server->listener = scriptListen(kPort, pending, server);
	if (!server->listener)
		worldFail("cannot listen: %s", scriptError());
}

void serverOpen(Server* server, const Handlers* handlers)
{
	server->handlers = *handlers;
	inMachine(openIt, server);
}

static void acceptIt(void* data)
{
	acceptAll(data, kMostSockets);
}

void serverAccept(Server* server)
{
	inMachine(acceptIt, server);
	settle();
}

static void closeIt(void* data)
{
	Server* server = data;
	if (server->listener)
		scriptListenerClose(server->listener);
	server->listener = NULL;
	while (server->count)
		leave(server->sockets[0]);
}

void serverClose(Server* server)
{
	inMachine(closeIt, server);
	settle();
}
