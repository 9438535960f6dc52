/* Parses the command line that the launcher (hosts/sim/cli) composes. */
#include "../../common/names.h"
#include "host.h"
#include "xsHost.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

HostOptions gOptions = {
	.config = "{}",
	.preload = "",
	.board = true,
	.sendWindow = 5744, /* lwIP's default TCP_SND_BUF: 4 × 1436 */
	.lastWords = 20000,
	.pollMost = 16000,
	.chunkBytes = 78848,
	.slotCount = 4928,
	.reserve = 10 * 1024,
	.stackSlots = 1024,
	.decodeTime = 900, /* esp_jpeg's README: 52 ms for 320 by 180 on an ESP32-S3 */
};

/* The camera binding's defaults, which tests change. */
unsigned gCameraPatience = 4000, gCameraRestart = 10000;

static size_t number(const char* name, const char* text)
{
	char* end;
	unsigned long value = strtoul(text, &end, 10);
	if (!*text || *end || *text == '-')
		hostFail("--%s takes a whole number, not \"%s\"", name, text);
	return value;
}

void optionsParse(int argc, char* const argv[])
{
	static const struct option options[] = {
		{ "modules", required_argument, NULL, 'm' },
		{ "config", required_argument, NULL, 'c' },
		{ "data", required_argument, NULL, 'D' },
		{ "settings", required_argument, NULL, 'e' },
		{ "flash", required_argument, NULL, 'F' },
		{ "flash-time", no_argument, NULL, 't' },
		{ "power-cut", required_argument, NULL, 'u' },
		{ "preload", required_argument, NULL, 'P' },
		{ "pins", required_argument, NULL, 'I' },
		{ "lines", required_argument, NULL, 'L' },
		{ "profile", required_argument, NULL, 'p' },
		{ "send-window", required_argument, NULL, 'w' },
		{ "last-words", required_argument, NULL, 'l' },
		{ "poll-most", required_argument, NULL, 'o' },
		{ "chunk", required_argument, NULL, 'C' },
		{ "slots", required_argument, NULL, 'S' },
		{ "reserve", required_argument, NULL, 'v' },
		{ "stack", required_argument, NULL, 'T' },
		{ "jpeg-buffer", required_argument, NULL, 'j' },
		{ "psram", required_argument, NULL, 'R' },
		{ "model", required_argument, NULL, 'M' },
		{ "camera-init", required_argument, NULL, 'i' },
		{ "decode-time", required_argument, NULL, 'd' },
		{ "camera-patience", required_argument, NULL, 'a' },
		{ "camera-restart", required_argument, NULL, 'r' },
		{ "fault", required_argument, NULL, 'f' },
		{ "sensor", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	bool windowGiven = false, decodeTimeGiven = false;
	int option;
	gOptions.arguments = argv;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case 'm': gOptions.modules = optarg; break;
		case 'c': gOptions.config = optarg; break;
		case 'D': gOptions.data = optarg; break;
		case 'e':
			fromScript(optarg); /* the launcher passes a path as the script has it */
			gOptions.settings = optarg;
			break;
		case 'F':
			fromScript(optarg);
			gOptions.flash = optarg;
			break;
		case 't': gOptions.flashTime = true; break;
		case 'u': gOptions.powerCut = number("power-cut", optarg); break;
		case 'P': gOptions.preload = optarg; break;
		case 'I': gOptions.pins = optarg; break;
		case 'L':
			fromScript(optarg);
			gOptions.lines = optarg;
			break;
		case 'p':
			if (!strcmp(optarg, "host"))
				gOptions.board = false;
			else if (strcmp(optarg, "board"))
				hostFail("--profile is board or host, not \"%s\"", optarg);
			break;
		case 'w':
			gOptions.sendWindow = number("send-window", optarg);
			windowGiven = true;
			break;
		case 'l': gOptions.lastWords = number("last-words", optarg); break;
		case 'o': gOptions.pollMost = number("poll-most", optarg); break;
		case 'C': gOptions.chunkBytes = number("chunk", optarg); break;
		case 'S': gOptions.slotCount = number("slots", optarg); break;
		case 'v': gOptions.reserve = number("reserve", optarg); break;
		case 'T': gOptions.stackSlots = number("stack", optarg); break;
		case 'j': gOptions.jpegBuffer = number("jpeg-buffer", optarg); break;
		case 'R': gOptions.psram = number("psram", optarg); break;
		case 'M':
			gOptions.model = sensorModel(optarg);
			if (gOptions.model < 0)
				hostFail("--model is OV2640, OV3660, OV5640 or GC0308, not \"%s\"", optarg);
			break;
		case 'i': gOptions.initTime = number("camera-init", optarg); break;
		case 'd':
			gOptions.decodeTime = number("decode-time", optarg);
			decodeTimeGiven = true;
			break;
		case 'a': gCameraPatience = (unsigned)number("camera-patience", optarg); break;
		case 'r': gCameraRestart = (unsigned)number("camera-restart", optarg); break;
		case 'f': faultPlan(optarg); break;
		case 's':
			gOptions.sensor = argv + optind;
			if (!*gOptions.sensor)
				hostFail("--sensor takes the command of the sensor process");
			goto done;
		default: _exit(1);
		}
	}
done:
	if (!gOptions.modules)
		hostFail("--modules FILE is missing: the map from specifiers to files");
	if (!gOptions.board && !windowGiven)
		gOptions.sendWindow = 256 * 1024;
	if (!gOptions.board && !decodeTimeGiven)
		gOptions.decodeTime = 0;
	if (gOptions.sendWindow < 536)
		hostFail("--send-window must be at least 536 bytes, TCP's smallest segment");
}
