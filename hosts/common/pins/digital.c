/*
	ECMA-419's Digital: see pins.h. The SDK's own takes the pins of the camera and of the flash, and its interrupt's handler
	walks a list that the script's thread, which may run on the other core, changes and frees. Here the handler touches
	static data alone, and knows its pin's number.
*/
#include "pins.h"
#include "mc.xs.h"

#include <stdlib.h>

enum { kInput, kInputPullUp, kInputPullDown, kInputPullUpDown, kOutput = 8, kOutputOpenDrain = 9 };
enum { kRising = 1, kFalling = 2 };

typedef struct {
	xsSlot object;
	xsSlot* onReadable; /* NULL if there is none */
	uint8_t pin;
	uint8_t isInput;
	uint8_t activeLow;
} DigitalRecord, *Digital;

static const char kUser[] = "a Digital that is open: close it first";

static xsMachine* gMachine;
static Digital gDigitals[GPIO_NUM_MAX];
/* Whether a message about the pin's edges is queued. */
static uint8_t gQueued[GPIO_NUM_MAX];

void xs_pins_digital_destructor(void* data);

static void mark(xsMachine* the, void* data, xsMarkRoot markRoot)
{
	Digital digital = data;
	if (digital && digital->onReadable)
		(*markRoot)(the, digital->onReadable);
}

static xsHostHooks digitalHooks = { xs_pins_digital_destructor, mark, NULL };

static void deliver(void* machine, void* refcon, uint8_t* message, uint16_t messageLength)
{
	uintptr_t pin = (uintptr_t)refcon;
	Digital digital = gDigitals[pin];
	(void)message;
	(void)messageLength;
	__atomic_store_n(&gQueued[pin], 0, __ATOMIC_SEQ_CST);
	if (!machine || !digital || !digital->onReadable)
		return;
	xsBeginHost(gMachine);
	xsCallFunction0(xsReference(digital->onReadable), digital->object);
	xsEndHost(gMachine);
}

static void edge(void* argument)
{
	uintptr_t pin = (uintptr_t)argument;
	/* One message for all edges until it is delivered. If the queue is full, the next edge tries again. */
	if (!gDigitals[pin] || __atomic_exchange_n(&gQueued[pin], 1, __ATOMIC_SEQ_CST))
		return;
	if (modMessagePostToMachineFromISR(gMachine, deliver, argument))
		__atomic_store_n(&gQueued[pin], 0, __ATOMIC_SEQ_CST);
}

/* Options. Each returns the value for an absent option, or throws. */

static int integerOption(xsMachine* the, xsIdentifier id, int absent)
{
	xsSlot slot;
	if (!xsmcHas(xsArg(0), id))
		return absent;
	xsmcGet(slot, xsArg(0), id);
	return xsmcTypeOf(slot) == xsUndefinedType ? absent : xsmcToInteger(slot);
}

static uint8_t booleanOption(xsMachine* the, xsIdentifier id)
{
	xsSlot slot;
	if (!xsmcHas(xsArg(0), id))
		return 0;
	xsmcGet(slot, xsArg(0), id);
	return xsmcTest(slot) ? 1 : 0;
}

/* The function stays in xsVar(0): a getter may have made it, and nothing else would keep it. */
static xsSlot* onReadableOption(xsMachine* the)
{
	if (!xsmcHas(xsArg(0), xsID_onReadable))
		return NULL;
	xsmcGet(xsVar(0), xsArg(0), xsID_onReadable);
	if (!xsmcTest(xsVar(0)))
		return NULL;
	if (!xsmcIsCallable(xsVar(0)))
		xsTypeError("onReadable must be a function");
	return xsmcToReference(xsVar(0));
}

/* Opening */

static void openInput(gpio_num_t pin, int mode)
{
	static const gpio_pull_mode_t kPulls[] = { GPIO_FLOATING, GPIO_PULLUP_ONLY, GPIO_PULLDOWN_ONLY,
		GPIO_PULLUP_PULLDOWN };
	gpio_reset_pin(pin);
	gpio_set_pull_mode(pin, kPulls[mode]);
	gpio_set_direction(pin, GPIO_MODE_INPUT);
}

/* Returns whether the processor will report the pin's edges. */
static uint8_t watch(gpio_num_t pin, int edges)
{
	esp_err_t error = gpio_install_isr_service(0);
	/* ESP_ERR_INVALID_STATE: it was installed before. */
	if (error != ESP_OK && error != ESP_ERR_INVALID_STATE)
		return 0;
	gpio_set_intr_type(pin, edges == (kRising | kFalling) ? GPIO_INTR_ANYEDGE
							: edges == kRising            ? GPIO_INTR_POSEDGE
														  : GPIO_INTR_NEGEDGE);
	return gpio_isr_handler_add(pin, edge, (void*)(uintptr_t)pin) == ESP_OK;
}

void xs_pins_digital_constructor(xsMachine* the)
{
	xsmcVars(1);
	checkOptions(the);
	int mode = integerOption(the, xsID_mode, -1), edges = integerOption(the, xsID_edge, 0), pin;
	uint8_t isInput = mode >= kInput && mode <= kInputPullUpDown, activeLow = booleanOption(the, xsID_activeLow);
	uint8_t level = booleanOption(the, xsID_initialValue) ^ activeLow;
	xsSlot* onReadable = onReadableOption(the);
	Digital digital;
	/* Last: the script's getters may open the same pin. */
	pin = pinOption(the);
	if (!isInput && mode != kOutput && mode != kOutputOpenDrain)
		xsRangeError("the option mode is Digital.Input or Digital.Output, or another of Digital's modes");
	if (onReadable && !isInput)
		xsRangeError("only an input has onReadable");
	if (onReadable && (edges < kRising || edges > (kRising | kFalling)))
		xsRangeError("with onReadable, the option edge is Digital.Rising, Digital.Falling, or their sum");
	digital = calloc(1, sizeof *digital);
	if (!digital)
		xsUnknownError("no memory");
	gMachine = the;
	digital->pin = (uint8_t)pin;
	digital->isInput = isInput;
	digital->activeLow = activeLow;
	digital->onReadable = onReadable;
	if (isInput)
		openInput((gpio_num_t)pin, mode);
	else /* The input is on, so that the level can be read. */
		pinOutput(pin, mode == kOutput ? GPIO_MODE_INPUT_OUTPUT : GPIO_MODE_INPUT_OUTPUT_OD, level);
	if (activeLow && edges && edges != (kRising | kFalling))
		edges ^= kRising | kFalling;
	gDigitals[pin] = digital;
	if (onReadable && !watch((gpio_num_t)pin, edges)) {
		gDigitals[pin] = NULL;
		free(digital);
		pinFree(pin);
		xsUnknownError("no memory for GPIO %d's interrupt", pin);
	}
	pinUse(pin, kUser);
	digital->object = xsThis;
	xsmcSetHostData(xsThis, digital);
	xsSetHostHooks(xsThis, &digitalHooks);
	/* A pin keeps its level, and reports its edges, even if the script keeps no reference. */
	xsRemember(digital->object);
	if (xsmcHas(xsArg(0), xsID_target)) {
		xsSlot slot;
		xsmcGet(slot, xsArg(0), xsID_target);
		xsmcSet(xsThis, xsID_target, slot);
	}
}

void xs_pins_digital_destructor(void* data)
{
	Digital digital = data;
	if (!digital)
		return;
	if (digital->onReadable)
		gpio_isr_handler_remove((gpio_num_t)digital->pin);
	gDigitals[digital->pin] = NULL;
	pinFree(digital->pin);
	free(digital);
}

void xs_pins_digital_close(xsMachine* the)
{
	Digital digital = xsmcGetHostData(xsThis);
	if (!digital)
		return;
	digital = xsmcGetHostDataValidate(xsThis, &digitalHooks);
	xsForget(digital->object);
	xsmcSetHostData(xsThis, NULL);
	xs_pins_digital_destructor(digital);
}

static Digital open(xsMachine* the)
{
	Digital digital = xsmcGetHostDataValidate(xsThis, &digitalHooks);
	if (!digital)
		xsUnknownError("the Digital is closed");
	return digital;
}

/* An output has a level, too: that of its pin. */
void xs_pins_digital_read(xsMachine* the)
{
	Digital digital = open(the);
	xsmcSetInteger(xsResult, gpio_get_level((gpio_num_t)digital->pin) ^ digital->activeLow);
}

void xs_pins_digital_write(xsMachine* the)
{
	Digital digital;
	uint8_t level;
	if (xsmcArgc < 1)
		xsTypeError("the level is missing");
	/* Before the object is looked up, since a valueOf() may close it. */
	level = xsmcToNumber(xsArg(0)) != 0;
	digital = open(the);
	if (digital->isInput)
		xsUnknownError("GPIO %d is an input", digital->pin);
	gpio_set_level((gpio_num_t)digital->pin, level ^ digital->activeLow);
}
