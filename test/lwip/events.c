/* What peers do while the script is in the middle of something, and what scripts do in each callback. */
#include "scenario.h"

/* Acts of a peer */

static void resets(Peer* peer)
{
	peerReset(peer);
}

static void writes(Peer* peer)
{
	peerWrite(peer, "more", 4);
}

static void ends(Peer* peer)
{
	peerEnd(peer);
}

static void writesAndEnds(Peer* peer)
{
	peerWrite(peer, "more", 4);
	peerEnd(peer);
}

static void writesAndResets(Peer* peer)
{
	peerWrite(peer, "more", 4);
	peerReset(peer);
}

/* As if it acknowledged all that the device has sent. */
static void acknowledges(Peer* peer)
{
	peerSend(peer, kAck, NULL, 0);
}

typedef void (*Act)(Peer* peer);
static const Act kActs[] = { resets, writes, ends, writesAndEnds, writesAndResets, acknowledges };
enum { kActCount = sizeof kActs / sizeof *kActs };

/* Scripts */

enum { kFloods = 6 };

static void readAll(Socket* socket, int count)
{
	uint8_t data[8192];
	EXPECT(scriptRead(socket, data, (size_t)count) <= (size_t)count);
}

static void closes(Socket* socket, int count)
{
	(void)count;
	leave(socket);
}

static void aborts(Socket* socket, int count)
{
	(void)count;
	leaveAtOnce(socket);
}

static void readsAndCloses(Socket* socket, int count)
{
	readAll(socket, count);
	leave(socket);
}

static void readsAndEnds(Socket* socket, int count)
{
	readAll(socket, count);
	scriptEnd(socket);
}

static void endsOnly(Socket* socket, int count)
{
	(void)count;
	scriptEnd(socket);
}

/* Writes as much as there is room for, and some times more whenever there is. */
static void floods(Socket* socket, int count)
{
	static const uint8_t data[65536];
	if (count > 0 && ((Server*)scriptState(socket))->writable++ < kFloods)
		EXPECT(scriptWrite(socket, data, (size_t)count) != -2);
}

static void readsAndWrites(Socket* socket, int count)
{
	uint8_t data[8192];
	if (scriptRead(socket, data, (size_t)count))
		scriptWrite(socket, data, (size_t)count); /* throws if there is no room */
}

/* The same with room enough: write() throws nothing, even if there is a reset just then. */
static void readsAndReplies(Socket* socket, int count)
{
	uint8_t data[8192];
	if (scriptRead(socket, data, (size_t)count) && scriptWrite(socket, data, (size_t)count) == -2 &&
		!((Server*)scriptState(socket))->ended)
		worldFail("write() throws: %s", scriptError());
}

static const Handlers kScripts[] = {
	{ readsAndReplies, NULL, closes, closes },
	{ readAll, NULL, closes, closes },
	{ closes, closes, closes, closes },
	{ aborts, aborts, aborts, aborts },
	{ readsAndCloses, NULL, closes, NULL },
	{ readsAndEnds, NULL, aborts, endsOnly },
	{ readsAndWrites, floods, closes, closes },
	{ NULL, floods, aborts, endsOnly },
};
enum { kScriptCount = sizeof kScripts / sizeof *kScripts };

/* What the script does by itself */

static void closeIt(Socket* socket)
{
	leave(socket);
}

static void abortIt(Socket* socket)
{
	leaveAtOnce(socket);
}

static void endIt(Socket* socket)
{
	((Server*)scriptState(socket))->ended = true;
	scriptEnd(socket);
}

static void writeIt(Socket* socket)
{
	scriptWrite(socket, "written", 7);
}

/* Runs */

typedef struct {
	Peer* peer;
	Act act;
} AtStep;

static void runAct(void* data)
{
	const AtStep* at = data;
	at->peer->hurries = true;
	at->act(at->peer);
	at->peer->hurries = false;
}

/* At the end of a run the peer resets, so that everything has to be gone, whatever has happened. */
static void finish(Server* server, Peer* peer)
{
	settle();
	if (!peer->reset)
		peerReset(peer);
	settle();
	/* Its acts may have left it with another sequence number than the device expects. */
	if (blocks() != blocksInTimeWait()) {
		pass(300);
		peer->sent = peer->unacknowledged;
		peerReset(peer);
		settle();
	}
	if (!REACHES(blocks() - blocksInTimeWait() == 0, 3000))
		worldFail("%zu blocks are left", blocks());
	serverEach(server, abortIt);
	EQUAL(server->count, 0);
	server->writable = 0;
	server->ended = false;
	peerFree(peer);
	if (sharedInput())
		worldFail("%zu bytes of shared memory are left", sharedInput());
}

/* Runs with an act of the peer before each step of what the machine does after `begin`. Returns the number of steps. */
static long explore(const Handlers* script, void (*begin)(Server* server, Peer* peer), Act act)
{
	Server server = { 0 };
	long which = 0;
	serverOpen(&server, script);
	for (bool stepped = true; stepped;) {
		Peer* peer = client();
		AtStep at = { peer, act };
		settle();
		scriptAtStep(++which, runAct, &at);
		begin(&server, peer);
		settle();
		stepped = scriptStepped();
		scriptAtStep(0, NULL, NULL);
		finish(&server, peer);
	}
	serverClose(&server);
	return which - 1;
}

static void beginWithBytes(Server* server, Peer* peer)
{
	(void)server;
	peerWrite(peer, "begin", 5);
}

static void beginWithEnd(Server* server, Peer* peer)
{
	(void)server;
	peerEnd(peer);
}

static void beginWithBytesAndEnd(Server* server, Peer* peer)
{
	(void)server;
	peerWrite(peer, "begin", 5);
	peerEnd(peer);
}

static void beginWithReset(Server* server, Peer* peer)
{
	(void)server;
	peerReset(peer);
}

static void peerBegins(void)
{
	static void (*const begins[])(
		Server*, Peer*) = { beginWithBytes, beginWithEnd, beginWithBytesAndEnd, beginWithReset };
	long steps = 0;
	for (size_t script = 0; script < kScriptCount; script++)
		for (size_t begin = 0; begin < sizeof begins / sizeof *begins; begin++)
			for (size_t act = 0; act < kActCount; act++)
				steps += explore(&kScripts[script], begins[begin], kActs[act]);
	printf("%ld steps\n", steps);
	EXPECT(steps > 300);
}

static void beginWithClose(Server* server, Peer* peer)
{
	(void)peer;
	serverEach(server, closeIt);
}

static void beginWithAbort(Server* server, Peer* peer)
{
	(void)peer;
	serverEach(server, abortIt);
}

static void beginWithFin(Server* server, Peer* peer)
{
	(void)peer;
	serverEach(server, endIt);
}

static void beginWithWrite(Server* server, Peer* peer)
{
	(void)peer;
	serverEach(server, writeIt);
}

static void scriptBegins(void)
{
	static void (*const begins[])(Server*, Peer*) = { beginWithClose, beginWithAbort, beginWithFin, beginWithWrite };
	long steps = 0;
	for (size_t script = 0; script < kScriptCount; script++)
		for (size_t begin = 0; begin < sizeof begins / sizeof *begins; begin++)
			for (size_t act = 0; act < kActCount; act++)
				steps += explore(&kScripts[script], begins[begin], kActs[act]);
	printf("%ld steps\n", steps);
	EXPECT(steps > 100);
}

/* A reset drops what is unread, and read() returns no bytes then. */
static void resetBetweenNotificationAndRead(void)
{
	Server server = { 0 };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 200; i++) {
		Peer* peer = client();
		unsigned errors = server.errors;
		peer->hurries = true;
		peerWrite(peer, "unread", 6);
		peerReset(peer);
		settle();
		EQUAL(server.errors, errors + 1);
		EQUAL(server.count, 0);
		EQUAL(blocks(), 0);
		peerFree(peer);
	}
	EQUAL(server.accepted, 200);
	expectService();
	serverClose(&server);
}

static void countsEnd(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->ends++;
}

static void countsError(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->errors++;
}

static void endOnce(void)
{
	static const Handlers script = { readAll, NULL, countsError, countsEnd };
	Server server = { 0 };
	serverOpen(&server, &script);
	for (int i = 1; i <= 10; i++) {
		Peer* peer = client();
		peer->hurries = i % 2;
		peer->ends = true;
		peerWrite(peer, "last", 4);
		settle();
		EQUAL(server.ends, i);
		EQUAL(server.errors, i - 1);
		peerReset(peer);
		settle();
		EQUAL(server.errors, i);
		serverEach(&server, closeIt);
	}
	serverClose(&server);
}

static void checkRemote(Socket* socket)
{
	Server* server = scriptState(socket);
	if (remoteOf(socket) != ((Peer*)server->state)->address)
		server->wrongRemote = true;
}

static void checkOnError(Socket* socket, int count)
{
	(void)count;
	((Server*)scriptState(socket))->errors++;
	checkRemote(socket);
}

static void addressAfterReset(void)
{
	static const Handlers script = { .onError = checkOnError };
	Server server = { 0 };
	serverOpen(&server, &script);
	for (int i = 0; i < 20; i++) {
		Peer* peer = client();
		server.state = peer;
		serverEach(&server, checkRemote);
		peerReset(peer);
		settle();
		EQUAL(server.errors, i + 1);
		serverEach(&server, checkRemote);
		EXPECT(!server.wrongRemote);
		serverEach(&server, closeIt);
	}
	serverClose(&server);
}

/* A machine that is busy for long: its queue is full of other messages when something happens to its sockets. */
static void nothing(void* the, void* refcon, uint8_t* message, uint16_t length)
{
	(void)the;
	(void)refcon;
	(void)message;
	(void)length;
}

typedef struct {
	Peer** peers;
	int count;
	Act act;
} Busy;

int modMessagePostToMachineFromISR(void* the, void (*callback)(void*, void*, uint8_t*, uint16_t), void* refcon);

static void beBusy(void* data)
{
	const Busy* busy = data;
	while (modMessagePostToMachineFromISR(NULL, nothing, NULL) == 0)
		;
	for (int i = 0; i < busy->count; i++) {
		busy->peers[i]->hurries = true;
		busy->act(busy->peers[i]);
		busy->peers[i]->hurries = false;
	}
	worldLwipQuiet();
}

static void fullQueue(void)
{
	Server server = { 0 };
	Peer* peers[8];
	Busy busy = { peers, 8, NULL };
	serverOpen(&server, &kEcho);
	for (int i = 0; i < 8; i++)
		peers[i] = client();
	/* Bytes */
	busy.act = writes;
	inMachine(beBusy, &busy);
	pass(2000);
	for (int i = 0; i < 8; i++)
		EQUAL(peers[i]->receivedLength, 4);
	/* Ends, and resets */
	busy.count = 4;
	busy.act = ends;
	inMachine(beBusy, &busy);
	pass(2000);
	EQUAL(server.ends, 4);
	busy.peers = peers + 4;
	busy.act = resets;
	inMachine(beBusy, &busy);
	pass(2000);
	EQUAL(server.errors, 4);
	EQUAL(server.count, 0);
	/* A connection */
	peers[0] = newPeer();
	busy.peers = peers;
	busy.count = 1;
	busy.act = peerConnect;
	inMachine(beBusy, &busy);
	REACH(peers[0]->connected, kMinute);
	peerWrite(peers[0], "after", 5);
	REACH(peers[0]->receivedLength == 5, kMinute);
	serverClose(&server);
}

const Scenario kEventScenarios[] = {
	{ "a reset between a notification and read()", resetBetweenNotificationAndRead },
	{ "a peer that acts at each step of a callback that closes, aborts, ends or writes", peerBegins },
	{ "a peer that acts at each step of close(), abort(), end() and write()", scriptBegins },
	{ "onEnd and onError, each called once", endOnce },
	{ "the address of a peer after a reset", addressAfterReset },
	{ "events while the machine's queue of messages is full", fullQueue },
	{ 0 },
};
