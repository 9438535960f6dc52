/* The script's UDP: datagrams, ports and groups. */
#include "udp-script.h"

enum { kOther = 0x0a0000c9 /* another host */, kMostSent = 65535 - 28 /* the largest of IPv4 */ };

/* There and back */

static void thereAndBack(void)
{
	static const size_t lengths[] = { 0, 1, 2, 511, 512, 1471, kMostReceived };
	UdpScript script;
	openUdp(&script, kMdnsPort, receivesUdp);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		sendFromHost(lengths[i]);
		EQUAL(script.received, i + 1);
		EQUAL(script.length, lengths[i]);
		EQUAL(script.from, kHost);
		EQUAL(script.fromPort, kHostPort);
		EXPECT(sendFromScript(&script, lengths[i]));
		EQUAL(gHeard.count, i + 1);
		EQUAL(gHeard.length, lengths[i]);
		EQUAL(gHeard.to, kHost);
		EQUAL(gHeard.port, kHostPort);
		EQUAL(gHeard.devicePort, kMdnsPort);
	}
	EXPECT(!script.wrong);
	EQUAL(wireBuffers(), 0);
	closeUdp(&script);
}

static void largest(void)
{
	UdpScript script;
	openUdp(&script, 0, receivesUdp);
	EXPECT(sendFromScript(&script, kMostSent));
	EQUAL(gHeard.length, kMostSent);
	for (size_t i = 0; i < kMostSent; i++)
		if (gHeard.data[i] != patternAt(i))
			worldFail("byte %zu is wrong", i);
	for (size_t more = 1; more <= 64; more++)
		EXPECT(!sendFromScript(&script, kMostSent + more) && strstr(scriptError(), "too long"));
	EQUAL(gHeard.count, 1);
	closeUdp(&script);
}

static void ports(void)
{
	UdpScript first, second, any;
	openUdp(&first, kMdnsPort, receivesUdp);
	second = first;
	runUdp(opensUdp, &second);
	EXPECT(!second.done && strstr(scriptError(), "in use"));
	openUdp(&any, 0, receivesUdp);
	EXPECT(sendFromScript(&any, 1));
	EXPECT(gHeard.devicePort != kMdnsPort && gHeard.devicePort >= 1024);
	datagramSend(kOther, kHostPort, kDevice, gHeard.devicePort, "", 0);
	sendFromHost(1);
	EQUAL(any.received, 1);
	EQUAL(any.from, kOther);
	EQUAL(first.received, 1);
	EQUAL(first.from, kHost);
	/* To a port that nobody has. */
	datagramSend(kHost, kHostPort, kDevice, 9, "lost", 4);
	settle();
	EQUAL(wireBuffers(), 0);
	closeUdp(&any);
	closeUdp(&first);
	openUdp(&second, kMdnsPort, receivesUdp);
	closeUdp(&second);
}

static void noRoute(void)
{
	static const char* const invalid[] = { "", "10.0.0", "0x0a.0.0.1", "yieldcam.local", "10.0.0.256", "::1::" };
	UdpScript script;
	openUdp(&script, kMdnsPort, receivesUdp);
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
		script.address = invalid[i];
		EXPECT(!sendFromScript(&script, 10) && strstr(scriptError(), "invalid address"));
	}
	/* This socket has IPv4 only. */
	script.address = "fe80::1";
	EXPECT(!sendFromScript(&script, 10) && strstr(scriptError(), "invalid address"));
	script.address = kHostText;
	wireUp(false);
	EXPECT(!sendFromScript(&script, 10) && strstr(scriptError(), "no route"));
	wireUp(true);
	EXPECT(sendFromScript(&script, 10));
	EQUAL(gHeard.count, 1);
	closeUdp(&script);
}

/* Groups */

static void multicast(UdpScript* script, bool arrives)
{
	unsigned before = script->received;
	sendFromHostTo(kMdnsGroup, 100);
	settle();
	EQUAL(script->received, before + arrives);
}

static void groups(void)
{
	UdpScript first, second;
	openUdp(&first, kMdnsPort, receivesUdp);
	multicast(&first, false);
	for (int round = 1; round <= 300; round++) {
		runUdp(addsGroup, &first);
		EXPECT(first.done);
		pass(1000);
		EXPECT(gHeard.reports > 0);
		multicast(&first, true);
		/* Once more changes nothing. */
		runUdp(addsGroup, &first);
		EXPECT(first.done);
		runUdp(removesGroup, &first);
		EXPECT(first.done);
		EQUAL(gHeard.leaves, round);
		multicast(&first, false);
		runUdp(removesGroup, &first);
		EXPECT(!first.done && strstr(scriptError(), "not a member"));
	}
	first.group = "10.0.0.1";
	runUdp(addsGroup, &first);
	EXPECT(!first.done && strstr(scriptError(), "invalid address"));
	first.group = kGroupText;
	/* The group stays as long as a socket is a member of it. */
	openUdp(&second, 0, receivesUdp);
	runUdp(addsGroup, &first);
	runUdp(addsGroup, &second);
	runUdp(closesUdp, &second);
	EQUAL(gHeard.leaves, 0);
	multicast(&first, true);
	closeUdp(&first);
	EQUAL(gHeard.leaves, 1);
}

static void manyGroups(void)
{
	UdpScript script;
	long before = memoryBlocks();
	unsigned joined = 0;
	char text[32];
	openUdp(&script, kMdnsPort, receivesUdp);
	script.group = text;
	for (int i = 1; i <= 100; i++) {
		snprintf(text, sizeof text, "239.1.1.%d", i);
		runUdp(addsGroup, &script);
		joined += script.done;
	}
	EQUAL(joined, 4);
	EXPECT(strstr(scriptError(), "too many"));
	closeUdp(&script);
	pass(3000);
	EQUAL(memoryBlocks(), before);
}

/* A network that goes and comes, as Wi-Fi does. */
static void groupsAndNetworks(void)
{
	UdpScript script;
	openUdp(&script, kMdnsPort, receivesUdp);
	wireUp(false);
	runUdp(addsGroup, &script);
	EXPECT(!script.done && strstr(scriptError(), "no route"));
	wireUp(true);
	for (unsigned round = 0; round < 3; round++) {
		unsigned before;
		runUdp(addsGroup, &script);
		pass(3000);
		before = gHeard.reports;
		wireUp(false);
		pass(1000);
		wireUp(true);
		pass(3000);
		/* Routers hear of it again. */
		EXPECT(gHeard.reports > before);
		multicast(&script, true);
	}
	/* It is left without a network, too. */
	wireUp(false);
	closeUdp(&script);
	wireUp(true);
	openUdp(&script, kMdnsPort, receivesUdp);
	multicast(&script, false);
	closeUdp(&script);
}

/* RFC 6762, 11 wants 255 hops of all that mDNS sends. */
static void hops(void)
{
	UdpScript script;
	openUdp(&script, kMdnsPort, receivesUdp);
	script.address = kGroupText;
	EXPECT(sendFromScript(&script, 10));
	EQUAL(gHeard.to, kMdnsGroup);
	EQUAL(gHeard.hops, 255);
	script.address = kHostText;
	EXPECT(sendFromScript(&script, 10));
	EQUAL(gHeard.hops, 255);
	closeUdp(&script);
}

const Scenario kUdpScenarios[] = {
	{ "UDP: datagrams of 0 up to 1,472 bytes, there and back", thereAndBack },
	{ "UDP: the largest datagram, and larger ones", largest },
	{ "UDP: ports", ports },
	{ "UDP: an address that is none, and one without a route", noRoute },
	{ "UDP: groups that are joined and left", groups },
	{ "UDP: too many groups", manyGroups },
	{ "UDP: a group, while the network goes and comes", groupsAndNetworks },
	{ "UDP: the hops that mDNS wants", hops },
	{ 0 },
};
