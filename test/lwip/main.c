/*
	Runs a scenario by its name: lwip-test NAME [SEED]. Without a name, lists them.

	world.h has the threads and the time, wire.h the network, peer.h the peers on it,
	script.h the machine that runs the board's sockets, server.h a server on that machine,
	and scenario.h what brings them together. accept.c is a good first one to read.

	Variables of the environment: YIELDCAM_LWIP_TRACE=1 prints the segments,
	YIELDCAM_LWIP_SECONDS limits a scenario's time, YIELDCAM_LWIP_CONNECTIONS and
	YIELDCAM_LWIP_ACTS are the numbers of churn.c, and YIELDCAM_LWIP_BUFFERS that of
	limits.c.
*/
#include "scenario.h"

#include <stdlib.h>
#include <unistd.h>

enum { kDefaultSeconds = 120 };

static const Scenario* const kAll[] = { kAcceptScenarios, kEventScenarios, kMessageScenarios, kTransferScenarios,
	kEndScenarios, kConnectScenarios, kLimitScenarios, kShortageScenarios, kUdpScenarios, kUdpLimitScenarios,
	kChurnScenarios, kTunnelScenarios };

static const Scenario* find(const char* name)
{
	for (size_t i = 0; i < sizeof kAll / sizeof *kAll; i++)
		for (const Scenario* scenario = kAll[i]; scenario->name; scenario++)
			if (!name)
				puts(scenario->name);
			else if (!strcmp(scenario->name, name))
				return scenario;
	return NULL;
}

int main(int argc, char* argv[])
{
	const Scenario* scenario = find(argc > 1 ? argv[1] : NULL);
	Server server = { 0 };
	const char* seconds = getenv("YIELDCAM_LWIP_SECONDS");
	if (argc < 2)
		return 0;
	if (!scenario) {
		fprintf(stderr, "no scenario is named %s\n", argv[1]);
		return 2;
	}
	/* A scenario that hangs. */
	alarm(seconds ? (unsigned)atoi(seconds) : kDefaultSeconds);
	worldOpen(argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1);
	wireOpen();
	scriptOpen();
	/* What the sockets keep from their first use on. */
	serverOpen(&server, &kEcho);
	serverClose(&server);
	expectNothingLeft();
	scenario->run();
	expectNothingLeft();
	return 0;
}
