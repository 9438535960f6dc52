#include "scenario.h"

#include "lwip/priv/tcp_priv.h"

#include <stdlib.h>

enum {
	kPatience = 200 * 1000, /* milliseconds: longer than TIME_WAIT, and than all of lwIP's retries */
};

extern size_t gSharedInput; /* pcb-lwip.c; the Makefile makes it global */

static uint32_t gPeer;

/* Time */

bool step(uint32_t end)
{
	uint32_t at = end, next;
	bool moved = wirePump();
	worldQuiet();
	if (moved || peersRepeat())
		return true;
	if (worldDeadline(&next) && (int32_t)(next - at) < 0)
		at = next;
	if (wireNext(&next) && (int32_t)(next - at) < 0)
		at = next;
	if (peersNext(&next) && (int32_t)(next - at) < 0)
		at = next;
	worldAdvance(at);
	worldQuiet();
	return at != end || worldNow() != end;
}

void pass(uint32_t milliseconds)
{
	REACHES(false, milliseconds);
}

void settle(void)
{
	do
		worldQuiet();
	while (wirePump());
}

/* lwIP's blocks */

static size_t count(const struct tcp_pcb* list)
{
	size_t length = 0;
	for (; list; list = list->next)
		length++;
	return length;
}

size_t blocksInTimeWait(void)
{
	return count(tcp_tw_pcbs);
}

size_t blocks(void)
{
	return count(tcp_active_pcbs) + count(tcp_bound_pcbs) + count(tcp_tw_pcbs);
}

size_t sharedInput(void)
{
	return gSharedInput;
}

static long gBlocksBefore = -1;

void expectNothingLeft(void)
{
	gWeather = (Weather){ 0 };
	memoryFailAt(0, false);
	REACH(blocks() == 0, kPatience);
	EXPECT(!tcp_listen_pcbs.pcbs);
	/* lwIP's timer of connections ends with the last of them. */
	pass(1000);
	wireClear();
	EQUAL(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_TCP_PCB_LISTEN]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_PBUF]->used, 0);
	EQUAL(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
	EQUAL(wireBuffers(), 0);
	EQUAL(scriptObjects(), 0);
	EQUAL(sharedInput(), 0);
	if (gBlocksBefore < 0)
		gBlocksBefore = memoryBlocks();
	EQUAL(memoryBlocks(), gBlocksBefore);
	peersFree();
}

/* A server */

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

static void echoError(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->errors++;
	leave(socket);
}

static void echoEnd(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->ends++;
	leave(socket);
}

const Handlers kEcho = { .onReadable = echoReadable, .onError = echoError, .onEnd = echoEnd };

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

/* Clients */

Peer* newPeer(void)
{
	uint32_t index = gPeer++;
	return peerNew(kPeers + index % 60000, (uint16_t)(1024 + index / 60000), kPort);
}

Peer* client(void)
{
	Peer* peer = newPeer();
	peerConnect(peer);
	REACH(peer->connected, kMinute);
	settle();
	return peer;
}

void expectService(void)
{
	Peer* peer = client();
	peerWrite(peer, "hello", 5);
	REACH(peer->receivedLength == 5, kMinute);
	EXPECT(!memcmp(peer->received, "hello", 5));
	peerEnd(peer);
	REACH(peer->ended && peer->endAcknowledged, kMinute);
	EXPECT(!peer->reset);
}

uint8_t patternAt(size_t index)
{
	return (uint8_t)(index * 31 + (index >> 8) * 7 + (index >> 16));
}

void fillPattern(uint8_t* data, size_t start, size_t length)
{
	for (size_t i = 0; i < length; i++)
		data[i] = patternAt(start + i);
}
