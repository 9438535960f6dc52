/* The `timer` module: Timer.set, .repeat, .schedule and .clear, like the SDK's modules/base/timer. */
#include "xsmc.h"
#include "mc.xs.h"
#include "host.h"

/* Values in place of an interval */
enum {
	kOnce = 0,
	kUnscheduled = -1, /* until the script schedules it again */
};

typedef struct {
	LoopTimer timer; /* first: fire() casts back */
	xsMachine* the;
	xsSlot object;
	xsSlot callback;
	int32_t interval; /* milliseconds, or one of these two */
	bool firing;
	bool cleared;
} ScriptTimer;

void xs_timer_destructor(void* data)
{
	ScriptTimer* timer = data;
	if (timer) {
		loopDisarm(&timer->timer);
		free(timer);
	}
}

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	ScriptTimer* timer = data;
	if (timer)
		(*markRoot)(the, &timer->callback);
}

static xsHostHooks timerHooks = { xs_timer_destructor, mark, NULL };

static void forget(ScriptTimer* timer)
{
	xsMachine* the = timer->the;
	xsForget(timer->object);
	xsmcSetHostData(timer->object, NULL);
	xs_timer_destructor(timer);
}

static void fire(LoopTimer* base)
{
	ScriptTimer* timer = (ScriptTimer*)base;
	timer->firing = true;
	xsBeginHost(timer->the);
	xsCallFunction1(timer->callback, xsGlobal, timer->object);
	xsEndHost(timer->the);
	timer->firing = false;
	/* As on the board, a timer ends after its last firing, even if its callback has scheduled it again. */
	if (timer->cleared || timer->interval == kOnce)
		forget(timer);
	else if (!timer->timer.armed && timer->interval != kUnscheduled)
		loopArm(&timer->timer, (uint64_t)timer->interval * 1000);
}

static int32_t milliseconds(xsMachine* the, int index)
{
	int32_t value = xsmcArgc > index ? xsmcToInteger(xsArg(index)) : 0;
	return value < 0 ? 0 : value;
}

static void start(xsMachine* the, int32_t delay, int32_t interval)
{
	ScriptTimer* timer;
	if (xsmcArgc < 1 || !xsmcIsCallable(xsArg(0)))
		xsUnknownError("a timer needs a callback");
	timer = calloc(1, sizeof *timer);
	if (!timer)
		xsUnknownError("no memory");
	xsResult = xsNewHostObject(xs_timer_destructor);
	xsmcSetHostData(xsResult, timer);
	xsSetHostHooks(xsResult, &timerHooks);
	timer->timer.fire = fire;
	timer->the = the;
	timer->object = xsResult;
	timer->callback = xsArg(0);
	timer->interval = interval;
	xsRemember(timer->object);
	loopArm(&timer->timer, (uint64_t)delay * 1000);
}

void xs_timer_set(xsMachine* the)
{
	start(the, milliseconds(the, 1), milliseconds(the, 2));
}

void xs_timer_repeat(xsMachine* the)
{
	int32_t interval = milliseconds(the, 1);
	start(the, interval, interval);
}

static ScriptTimer* timerOf(xsMachine* the)
{
	ScriptTimer* timer = xsmcArgc && xsmcTest(xsArg(0)) ? xsmcGetHostDataValidate(xsArg(0), &timerHooks) : NULL;
	return timer && !timer->cleared ? timer : NULL;
}

void xs_timer_schedule(xsMachine* the)
{
	/* Read first, since a valueOf() may clear the timer. */
	int32_t delay = milliseconds(the, 1), interval = milliseconds(the, 2);
	ScriptTimer* timer = timerOf(the);
	if (!timer)
		xsUnknownError("no such timer");
	if (xsmcArgc == 1) {
		timer->interval = kUnscheduled;
		loopDisarm(&timer->timer);
	}
	else {
		timer->interval = interval;
		loopArm(&timer->timer, (uint64_t)delay * 1000);
	}
}

void xs_timer_clear(xsMachine* the)
{
	ScriptTimer* timer = timerOf(the);
	if (!timer)
		return;
	loopDisarm(&timer->timer);
	if (timer->firing)
		timer->cleared = true;
	else
		forget(timer);
}
