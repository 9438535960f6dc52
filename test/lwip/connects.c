/* Connections that the script makes. */
#include "scenario.h"

enum { kServerAddress = 0x0a0000c8, kServerPort = 8080, kPatience = 4 * kMinute };
static const char kServerText[] = "10.0.0.200";

static void writable(Socket* socket, int room)
{
	Server* server = scriptState(socket);
	EXPECT(room > 0);
	if (!server->writable++)
		EXPECT(scriptWrite(socket, "request", 7) >= 0);
}

static void readable(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	char data[64];
	EXPECT(count < (int)sizeof data);
	server->readable += (unsigned)scriptRead(socket, data, (size_t)count);
}

static void failed(Socket* socket, int count)
{
	Server* server = scriptState(socket);
	(void)count;
	server->errors++;
	if (remoteOf(socket) != kServerAddress)
		server->wrongRemote = true;
	leave(socket);
}

static const Handlers kClient = { readable, writable, failed, leavesAtEnd };

static void connectIt(void* data)
{
	Server* server = data;
	Socket* socket = scriptConnect(kServerText, kServerPort, &kClient, server);
	if (!socket) {
		server->nothing++;
		return;
	}
	server->sockets[server->count++] = socket;
}

static void answered(void)
{
	Server server = { 0 };
	Peer* peer;
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectIt, &server);
	REACH(server.writable, 1000);
	settle();
	peer = peersLast();
	EQUAL(peer->receivedLength, 7);
	EXPECT(!memcmp(peer->received, "request", 7));
	peerWrite(peer, "answer", 6);
	peerEnd(peer);
	REACH(server.ends == 1 && peer->ended && peer->endAcknowledged, kMinute);
	EQUAL(server.readable, 6);
	EQUAL(server.errors, 0);
	EQUAL(server.count, 0);
}

static void refused(void)
{
	Server server = { 0 };
	peersAnswer(kServerAddress, kServerPort, kRefuses);
	for (int i = 1; i <= 20; i++) {
		inMachine(connectIt, &server);
		REACH(server.errors == (unsigned)i, 1000);
		EQUAL(blocks(), 0);
		EQUAL(server.count, 0);
	}
	EXPECT(!server.wrongRemote);
	EQUAL(server.writable, 0);
}

static void dead(void)
{
	Server server = { 0 };
	inMachine(connectIt, &server);
	settle();
	EQUAL(blocks(), 1);
	REACH(server.errors == 1, kPatience);
	printf("%u ms\n", worldNow());
	EXPECT(!server.wrongRemote);
	EQUAL(blocks(), 0);
}

static void resetLater(void)
{
	Server server = { 0 };
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectIt, &server);
	REACH(server.writable, 1000);
	peerReset(peersLast());
	settle();
	EQUAL(server.errors, 1);
	EXPECT(!server.wrongRemote);
	EQUAL(blocks(), 0);
}

static void diesLater(void)
{
	Server server = { 0 };
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectIt, &server);
	REACH(server.writable, 1000);
	/* Without anything to send, the device asks whether the peer is there. */
	settle();
	peersLast()->silent = true;
	REACH(server.errors == 1, 2 * kMinute);
	EQUAL(blocks(), 0);
}

static void noRoute(void)
{
	Server server = { 0 };
	wireUp(false);
	inMachine(connectIt, &server);
	EQUAL(server.nothing, 1);
	EXPECT(strstr(scriptError(), "route"));
	EQUAL(blocks(), 0);
	wireUp(true);
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectIt, &server);
	REACH(server.writable, 1000);
	serverEach(&server, leaveAtOnce);
}

static void whileConnecting(void)
{
	static void (*const acts[])(Socket*) = { leave, leaveAtOnce };
	Server server = { 0 };
	for (int i = 0; i < 2; i++) {
		inMachine(connectIt, &server);
		settle();
		EQUAL(blocks(), 1);
		serverEach(&server, acts[i]);
		EQUAL(blocks(), 0);
	}
	/* The FIN follows as soon as there is a connection. */
	gWeather.delay = 50;
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectIt, &server);
	serverEach(&server, scriptEnd);
	REACH(peersLast() && peersLast()->connected, 1000);
	REACH(peersLast()->ended, 5000);
	peerEnd(peersLast());
	REACH(server.ends == 1, 1000);
	EQUAL(server.errors, 0);
}

/* The peer answers before the script has the socket, or at any other step. */

static void refuses(void* data)
{
	Manner manner = *(Manner*)data;
	peersAnswer(kServerAddress, kServerPort, manner);
	/* Segments on the machine's thread, while the driver waits. */
	worldLwipQuiet();
	wirePump();
	wirePump();
}

static void eachStep(void)
{
	static Manner manners[] = { kAccepts, kRefuses };
	long steps = 0;
	for (size_t i = 0; i < 2; i++)
		for (long which = 1;; which++) {
			Server server = { 0 };
			bool stepped;
			scriptAtStep(which, refuses, &manners[i]);
			inMachine(connectIt, &server);
			stepped = scriptStepped();
			scriptAtStep(0, NULL, NULL);
			if (!stepped)
				peersAnswer(kServerAddress, kServerPort, manners[i]);
			REACH(manners[i] == kAccepts ? server.writable > 0 : server.errors == 1, 5000);
			serverEach(&server, leaveAtOnce);
			settle();
			EQUAL(blocks(), 0);
			peersFree();
			if (!stepped)
				break;
			steps++;
		}
	printf("%ld steps\n", steps);
	EXPECT(steps > 0);
}

/* However fast the peer is, a callback comes first. */
static void connectAndWrite(void* data)
{
	Server* server = data;
	connectIt(data);
	while (!peersLast() || !peersLast()->connected) {
		worldLwipQuiet();
		wirePump();
	}
	worldLwipQuiet();
	EQUAL(scriptWrite(server->sockets[0], "early", 5), -2);
	EXPECT(!strcmp(scriptError(), "not ready"));
}

static void fastPeer(void)
{
	Server server = { 0 };
	peersAnswer(kServerAddress, kServerPort, kAccepts);
	inMachine(connectAndWrite, &server);
	REACH(server.writable, 1000);
	settle();
	EQUAL(peersLast()->receivedLength, 7);
	serverEach(&server, leaveAtOnce);
}

static const char* gAddress;

static void connectToAddress(void* data)
{
	Server* server = data;
	if (!scriptConnect(gAddress, kServerPort, &kClient, server))
		server->nothing++;
}

static void invalidAddresses(void)
{
	static const char* const invalid[] = { "", "10", "10.0.0", "10.0.0.0.1", "10.0.0.256", "0x0a.0.0.1", "10.0.0.1 ",
		"host", "::1::", ":" };
	Server server = { 0 };
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
		gAddress = invalid[i];
		inMachine(connectToAddress, &server);
		if (server.nothing != i + 1 || strcmp(scriptError(), "invalid address"))
			worldFail("it connects to \"%s\"", gAddress);
	}
	EQUAL(blocks(), 0);
}

static void noBlock(void)
{
	Server server = { 0 };
	for (int i = 0; i < 16; i++)
		inMachine(connectIt, &server);
	EQUAL(server.count, 16);
	inMachine(connectIt, &server);
	EQUAL(server.nothing, 1);
	EXPECT(strstr(scriptError(), "no socket"));
	serverEach(&server, leaveAtOnce);
	EQUAL(blocks(), 0);
}

const Scenario kConnectScenarios[] = {
	{ "connect, and an answer", answered },
	{ "connect to a port that refuses", refused },
	{ "connect to an address that does not answer", dead },
	{ "connect, and a reset", resetLater },
	{ "connect to a peer that is gone later", diesLater },
	{ "connect without a route", noRoute },
	{ "close(), abort() and end() while it connects", whileConnecting },
	{ "connect with an answer or a reset at each step", eachStep },
	{ "connect to a peer that answers before the script goes on", fastPeer },
	{ "connect to texts that are not addresses", invalidAddresses },
	{ "connect without a free block", noBlock },
	{ 0 },
};
