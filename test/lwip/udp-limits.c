/* Floods of UDP, threads that come between, and shortages. */
#include "udp-script.h"

#include "xsHost.h"

enum {
	kMostWaiting = 16,           /* udp-lwip.c */
	kWaitingBytes = 16 * 1024,   /* udp-lwip.c */
	kOverhead = 128 * 16 + 4096, /* structs, messages */
	kFlood = 10 * 1000,
};

/* Too much */

static void floodOf(size_t length, int waiting)
{
	UdpScript script;
	size_t before;
	openUdp(&script, kMdnsPort, countsUdp);
	before = memoryBytes();
	memoryMostBytes();
	gWeather.buffers = 8;
	for (int i = 0; i < kFlood; i++) {
		sendFromHostTo(kDevice, length);
		if (i % 8 == 7)
			settle();
	}
	settle();
	EQUAL(script.most, waiting);
	EXPECT(memoryMostBytes() - before <= kWaitingBytes + kOverhead);
	/* The driver's buffers are free for others. */
	EQUAL(wireBuffers(), 0);
	gWeather.buffers = 0;
	for (int i = 0; i < kFlood; i++)
		runUdp(readsUdp, &script);
	EQUAL(script.received, waiting);
	EXPECT(!script.wrong);
	sendFromHost(100);
	runUdp(readsUdp, &script);
	EQUAL(script.received, waiting + 1);
	/* What waits is freed with the socket. */
	sendFromHost(100);
	closeUdp(&script);
}

static void flood(void)
{
	floodOf(0, kMostWaiting);
	floodOf(100, kMostWaiting);
	floodOf(kMostReceived, kWaitingBytes / kMostReceived);
}

/* A script that never gets to read, since the machine's queue is full: one message for each socket. */

static void busyAndClose(void* data)
{
	scriptFillQueue();
	for (int i = 0; i < 100; i++)
		datagramHurry(kHost, kHostPort, kDevice, kMdnsPort, "late", 4);
	worldLwipQuiet();
	if (((UdpScript*)data)->done)
		closesUdp(data);
}

static void lateMessages(void)
{
	UdpScript script;
	for (int i = 0; i < 20; i++) {
		openUdp(&script, kMdnsPort, countsUdp);
		script.done = i % 2;
		runUdp(busyAndClose, &script);
		pass(1000);
		EQUAL(script.readable, i % 2 ? 0 : 1);
		closeUdp(&script);
	}
}

/* In the middle of something */

static void arrives(void* unused)
{
	(void)unused;
	datagramHurry(kHost, kHostPort, kDevice, kMdnsPort, "", 0);
}

static void closesInCallback(UdpSocket* socket, int count)
{
	UdpScript* script = scriptState(socket);
	receivesUdp(socket, count > 1 ? count / 2 : count);
	closesUdp(script);
	/* A closed socket throws. */
	if (scriptUdpWrite(socket, "", 0, kHostText, kHostPort) || scriptUdpAdd(socket, kGroupText))
		worldFail("a closed socket sends");
}

/* Runs with a datagram before each step of what the machine does. */
static long explore(Callback onReadable, void (*act)(void*))
{
	long which = 0;
	for (bool came = true; came;) {
		UdpScript script;
		openUdp(&script, kMdnsPort, onReadable);
		sendFromHost(1);
		scriptAtStep(++which, arrives, NULL);
		if (script.socket)
			runUdp(act, &script);
		sendFromHost(2);
		came = scriptStepped();
		scriptAtStep(0, NULL, NULL);
		closeUdp(&script);
	}
	return which - 1;
}

static void replies(UdpSocket* socket, int count)
{
	receivesUdp(socket, count);
	scriptUdpWrite(socket, "answer", 6, kHostText, kHostPort);
}

static void eachStep(void)
{
	static const Callback callbacks[] = { receivesUdp, countsUdp, closesInCallback, replies };
	static void (*const acts[])(void*) = { closesUdp, readsUdp, addsGroup, writesUdp };
	long steps = 0;
	for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++)
		for (size_t act = 0; act < sizeof acts / sizeof *acts; act++)
			steps += explore(callbacks[i], acts[act]);
	printf("%ld steps\n", steps);
	EXPECT(steps > 30);
}

static void openAtEachStep(void)
{
	for (long which = 1;; which++) {
		UdpScript script = { .port = kMdnsPort, .onReadable = receivesUdp };
		bool came;
		datagramsListen();
		scriptAtStep(which, arrives, NULL);
		runUdp(opensUdp, &script);
		came = scriptStepped();
		scriptAtStep(0, NULL, NULL);
		EXPECT(script.done);
		sendFromHost(1);
		EXPECT(script.received >= 1);
		closeUdp(&script);
		if (!came)
			break;
	}
}

/* Threads that run at the same time */

enum { kScripts = 4, kActs = 20 * 1000 };
static UdpScript gScripts[kScripts];
static unsigned gOpened, gRead;

static void actsAtRandom(void* data)
{
	static uint32_t dice = 1;
	UdpScript* script;
	(void)data;
	dice = dice * 1664525 + 1013904223;
	script = &gScripts[(dice >> 16) % kScripts];
	switch (script->socket ? (dice >> 24) % 8 : 7) {
	case 0: closesUdp(script); break;
	case 1: addsGroup(script); break;
	case 2: removesGroup(script); break;
	case 3: writesUdp(script); break;
	case 4: {
		unsigned before = script->received;
		readsUdp(script);
		gRead += script->received - before;
		break;
	}
	case 7:
		if (!script->socket) {
			opensUdp(script);
			gOpened++;
		}
		break;
	default: break;
	}
}

static void actsOnce(void* the, void* refcon, uint8_t* message, uint16_t length)
{
	(void)the;
	(void)message;
	(void)length;
	actsAtRandom(refcon);
}

static void races(void)
{
	datagramsListen();
	for (int i = 0; i < kScripts; i++)
		gScripts[i] = (UdpScript){ .port = (uint16_t)(kMdnsPort + i),
			.onReadable = i % 2 ? receivesUdp : closesInCallback,
			.address = kHostText,
			.group = kGroupText,
			.data = "race",
			.length = 4 };
	for (int i = 0; i < kActs; i++) {
		uint16_t port = (uint16_t)(kMdnsPort + worldDice(kScripts));
		datagramSend(kHost, kHostPort, worldDice(2) ? kDevice : kMdnsGroup, port, "race", worldDice(5));
		if (worldDice(2))
			modMessagePostToMachineFromISR(NULL, actsOnce, NULL);
		wirePump();
		if (worldDice(8) == 0)
			worldLwipQuiet();
	}
	settle();
	printf("%u opened, %u read\n", gOpened, gRead);
	EXPECT(gOpened > 100);
	for (int i = 0; i < kScripts; i++)
		runUdp(closesUdp, &gScripts[i]);
	wireReceiver(peersReceive);
}

/* Without memory */

static void lives(void* data)
{
	UdpScript* script = data;
	opensUdp(script);
	if (!script->socket)
		return;
	addsGroup(script);
	writesUdp(script);
}

static void shortageOf(bool on)
{
	long which = 1;
	for (bool failed = true; failed; which++) {
		UdpScript script = { .port = kMdnsPort,
			.onReadable = receivesUdp,
			.address = kHostText,
			.group = kGroupText,
			.data = "needs memory",
			.length = 12 };
		datagramsListen();
		memoryFailAt(which, on);
		runUdp(lives, &script);
		sendFromHost(100);
		sendFromHostTo(kMdnsGroup, 10);
		settle();
		pass(1000);
		failed = memoryFailed();
		memoryFailAt(0, false);
		/* Afterwards it works, if it was opened. */
		if (script.socket) {
			unsigned before = script.received;
			EXPECT(sendFromScript(&script, 10));
			runUdp(addsGroup, &script);
			EXPECT(script.done);
			sendFromHost(10);
			EQUAL(script.received, before + 1);
		}
		closeUdp(&script);
		pass(3000);
	}
	printf("%ld allocations\n", which - 2);
	EXPECT(which > 6);
}

static void shortage(void)
{
	shortageOf(false);
	shortageOf(true);
}

static void fullHeap(void)
{
	UdpScript script;
	openUdp(&script, kMdnsPort, receivesUdp);
	scriptFillHeap(true);
	for (int i = 0; i < 100; i++)
		sendFromHost(100);
	EQUAL(script.received, 0);
	EQUAL(script.readable, 100);
	scriptFillHeap(false);
	sendFromHost(100);
	EQUAL(script.received, 1);
	closeUdp(&script);
}

const Scenario kUdpLimitScenarios[] = {
	{ "UDP: a flood of 10,000 datagrams that nobody reads", flood },
	{ "UDP: messages that are late, and close()", lateMessages },
	{ "UDP: a datagram at each step of close(), read(), add() and write()", eachStep },
	{ "UDP: a datagram at each step of the constructor", openAtEachStep },
	{ "UDP: datagrams and scripts that act at random at the same time", races },
	{ "UDP: allocations that fail", shortage },
	{ "UDP: a machine whose heap is full", fullHeap },
	{ 0 },
};
