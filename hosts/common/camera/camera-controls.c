/* What the script asks of the sensor: see camera.h. */
#include "camera.h"
#include "mc.xs.h"

typedef char Name[32];

static Control controlNamed(const char* name)
{
	static const char* const names[] = {
#define CONTROL_NAME(FIELD, SETTER) #FIELD,
		CONTROLS(CONTROL_NAME)
	};
	int control = 0;
	while (control < kControlCount && c_strcmp(name, names[control]))
		control++;
	return (Control)control;
}

/* kNoCommand for the name of a control, or of nothing. */
static Command commandNamed(const char* name)
{
	static const char* const names[] = { [kChange] = "",
		[kClock] = "xclk",
		[kReadRegister] = "greg",
		[kWriteRegister] = "reg",
		[kPll] = "pll",
		[kWindow] = "res_raw" };
	int command = kClock;
	while (command < kNoCommand && c_strcmp(name, names[command]))
		command++;
	return (Command)command;
}

/*
	Arguments are converted before the camera is looked up: a valueOf() or a toString() of the script may close it.
*/

/* The integers that follow the name. */
static SensorRequest commandRequest(xsMachine* the, Command command)
{
	SensorRequest request = { .command = (uint8_t)command };
	int i;
	for (i = 0; i < kMostValues; i++)
		request.values[i] = i + 1 < xsmcArgc ? xsmcToInteger(xsArg(i + 1)) : 0;
	return request;
}

/* Names and values, one after the other. An unknown name is refused when its turn comes. */
static SensorRequest changeRequest(xsMachine* the)
{
	SensorRequest request = { .command = kChange };
	int i, count = xsmcArgc / 2;
	Name name;
	if (count > kControlCount)
		xsRangeError("too many controls");
	for (i = 0; i < count; i++) {
		xsmcToStringBuffer(xsArg(2 * i), name, sizeof(name));
		request.changes[i] = (Setting){ controlNamed(name), xsmcToInteger(xsArg(2 * i + 1)) };
	}
	request.count = (uint8_t)count;
	return request;
}

/* Of a control, of the clock or of the pixel format, as of the last request; or of a register, which the sensor is asked for. */
void xs_camera_get(xsMachine* the)
{
	Camera camera;
	Name name;
	xsmcToStringBuffer(xsArg(0), name, sizeof(name));
	Control control = controlNamed(name);
	if (!c_strcmp(name, "reg")) {
		SensorRequest request = commandRequest(the, kReadRegister);
		int value = awaitRequest(the, cameraOf(the), &request);
		if (value >= 0)
			xsmcSetInteger(xsResult, value);
		return;
	}

	camera = cameraOf(the);
	lockCamera(camera);
	uint8_t restarting = camera->restarting;
	int clock = camera->clock, pixelFormat = camera->pixelFormat, value = controlOf(&camera->status, control);
	unlockCamera(camera);
	if (restarting)
		xsUnknownError("the camera is restarting");
	if (control != kNoControl)
		xsmcSetInteger(xsResult, value);
	else if (!c_strcmp(name, "xclk"))
		xsmcSetInteger(xsResult, clock);
	else if (!c_strcmp(name, "pixformat"))
		xsmcSetInteger(xsResult, pixelFormat);
}

/* Waits for the sensor. */
void xs_camera_set(xsMachine* the)
{
	Name name;
	xsmcToStringBuffer(xsArg(0), name, sizeof(name));
	Command command = commandNamed(name);
	SensorRequest request = command == kNoCommand ? changeRequest(the) : commandRequest(the, command);
	xsmcSetBoolean(xsResult, awaitRequest(the, cameraOf(the), &request) >= 0);
}

void xs_camera_change(xsMachine* the)
{
	SensorRequest request = changeRequest(the);
	beginRequest(the, cameraOf(the), &request);
}

void xs_camera_command(xsMachine* the)
{
	Name name;
	xsmcToStringBuffer(xsArg(0), name, sizeof(name));
	Command command = commandNamed(name);
	if (command == kNoCommand)
		xsUnknownError("%s is not a command of the camera", name);
	SensorRequest request = commandRequest(the, command);
	beginRequest(the, cameraOf(the), &request);
}
