/* What peers do while the script is in the middle of something, and what scripts do in each callback. */
#include "scenario.h"

/* As if it acknowledged all that the device has sent. */
static void acknowledges(Peer* peer)
{
	peerSend(peer, kAck, NULL, 0);
}

static const Act kActs[] = { resets, writes, ends, writesAndEnds, writesAndResets, acknowledges };
enum { kActCount = sizeof kActs / sizeof *kActs };

/* Scripts */

enum { kFloods = 6 };

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
	readsAll(socket, count);
	leave(socket);
}

static void readsAndEnds(Socket* socket, int count)
{
	readsAll(socket, count);
	scriptEnd(socket);
}

static void endsOnly(Socket* socket, int count)
{
	(void)count;
	scriptEnd(socket);
}

/* Some times only, or a peer that takes everything would never see an end. */
static void writesAllAtFirst(Socket* socket, int room)
{
	if (room > 0 && ((Server*)scriptState(socket))->writable++ < kFloods)
		writesAll(socket, room);
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
	{ readsAll, NULL, closes, closes },
	{ closes, closes, closes, closes },
	{ aborts, aborts, aborts, aborts },
	{ readsAndCloses, NULL, closes, NULL },
	{ readsAndEnds, NULL, aborts, endsOnly },
	{ readsAndWrites, writesAllAtFirst, closes, closes },
	{ NULL, writesAllAtFirst, aborts, endsOnly },
};
enum { kScriptCount = sizeof kScripts / sizeof *kScripts };

/* What the script does by itself */

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

/* How a run begins: the peer acts, or the script with its socket. */
typedef struct {
	Act peer;
	void (*script)(Socket* socket);
} Begin;

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
	serverEach(server, leaveAtOnce);
	EQUAL(server->count, 0);
	server->writable = 0;
	server->ended = false;
	peerFree(peer);
	if (sharedInput())
		worldFail("%zu bytes of shared memory are left", sharedInput());
}

/* Runs with an act of the peer before each step of what the machine does. Returns the number of steps. */
static long explore(const Handlers* script, Begin begin, Act act)
{
	Server server = { 0 };
	long which = 0;
	serverOpen(&server, script);
	for (bool came = true; came;) {
		Peer* peer = client();
		settle();
		actAtStep(++which, peer, act);
		if (begin.peer)
			begin.peer(peer);
		else
			serverEach(&server, begin.script);
		settle();
		came = actCame();
		finish(&server, peer);
	}
	serverClose(&server);
	return which - 1;
}

static long exploreAll(const Begin* begins, size_t count)
{
	long steps = 0;
	for (size_t script = 0; script < kScriptCount; script++)
		for (size_t begin = 0; begin < count; begin++)
			for (size_t act = 0; act < kActCount; act++)
				steps += explore(&kScripts[script], begins[begin], kActs[act]);
	printf("%ld steps\n", steps);
	return steps;
}

static void peerBegins(void)
{
	static const Begin begins[] = { { .peer = writes }, { .peer = ends }, { .peer = writesAndEnds },
		{ .peer = resets } };
	EXPECT(exploreAll(begins, sizeof begins / sizeof *begins) > 300);
}

static void scriptBegins(void)
{
	static const Begin begins[] = { { .script = leave }, { .script = leaveAtOnce }, { .script = endIt },
		{ .script = writeIt } };
	EXPECT(exploreAll(begins, sizeof begins / sizeof *begins) > 100);
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

static void endOnce(void)
{
	static const Handlers script = { readsAll, NULL, countsError, countsEnd };
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
		serverEach(&server, leave);
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
		serverEach(&server, leave);
	}
	serverClose(&server);
}

const Scenario kEventScenarios[] = {
	{ "a reset between a notification and read()", resetBetweenNotificationAndRead },
	{ "a peer that acts at each step of a callback that closes, aborts, ends or writes", peerBegins },
	{ "a peer that acts at each step of close(), abort(), end() and write()", scriptBegins },
	{ "onEnd and onError, each called once", endOnce },
	{ "the address of a peer after a reset", addressAfterReset },
	{ 0 },
};
