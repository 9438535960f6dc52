/*
	Updates of the firmware, over esp-idf's own functions: one file for the board, and
	for the simulator, which has them on a flash in a file.

	An update goes to the slot that does not run, in sectors of 4 kB. Nothing is erased
	before the first of them has been checked. The image boots on probation; what runs
	then calls itself valid, or gives up. A timer that does not depend on the script gives
	up for a script that hangs.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "update.h"

#include "esp_ota_ops.h"
#include "esp_system.h"
#include "esp_timer.h"

#include <stdlib.h>
#include <string.h>

enum { kBlock = 4096 }; /* bytes: a sector of the flash */

#if MODDEF_FIRMWARE_BOARD_KNOWN
/* The linker puts it behind esp-idf's own description (sections.ld.in). */
__attribute__((section(".rodata_custom_desc"), used)) const FirmwareDescription gFirmware = {
	.magic = FIRMWARE_MAGIC,
	.format = kFirmwareFormat,
	.generation = kFirmwareGeneration,
	.board = MODDEF_FIRMWARE_BOARD,
	.version = MODDEF_FIRMWARE_VERSION,
};
#endif

static struct {
	const esp_partition_t* slot; /* NULL if there is no update */
	esp_ota_handle_t handle;
	size_t size; /* of the image, as announced */
	bool begun;  /* whether the first block has been checked, so that there is a handle */
	uint8_t* block;
	size_t filled;
} gUpdate;

static FirmwareDescription gRunning;

/* Whether it has called itself valid. The timer's task reads it. */
static volatile bool gProven;

/* What runs. Returns false if it was built without a name, or if the flash has one slot. */
static bool running(void)
{
	const esp_partition_t* slot = esp_ota_get_running_partition();
	if (isDescription(&gRunning))
		return true;
#if MODDEF_FIRMWARE_BOARD_KNOWN
	/* Otherwise the linker would leave it out. */
	__asm__ volatile("" : : "r"(&gFirmware));
#endif
	return slot && slot->subtype >= ESP_PARTITION_SUBTYPE_APP_OTA_MIN &&
	       !esp_partition_read(slot, offsetof(FirstBytes, firmware), &gRunning, sizeof gRunning) &&
	       isDescription(&gRunning);
}

static const esp_partition_t* otherSlot(void)
{
	const esp_partition_t* slot = running() ? esp_ota_get_next_update_partition(NULL) : NULL;
	return slot == esp_ota_get_running_partition() ? NULL : slot;
}

static esp_ota_img_states_t stateOf(const esp_partition_t* slot)
{
	esp_ota_img_states_t state;
	return slot && !esp_ota_get_state_partition(slot, &state) ? state : ESP_OTA_IMG_UNDEFINED;
}

static bool isOnProbation(void)
{
	return running() && stateOf(esp_ota_get_running_partition()) == ESP_OTA_IMG_PENDING_VERIFY;
}

/* Bytes that an image may have; 0 if the firmware cannot be updated. */
void xs_update_size(xsMachine* the)
{
	const esp_partition_t* slot = otherSlot();
	xsmcSetInteger(xsResult, slot ? (xsIntegerValue)slot->size : 0);
}

void xs_update_version(xsMachine* the)
{
	xsmcSetString(xsResult, running() ? gRunning.version : "");
}

void xs_update_board(xsMachine* the)
{
	xsmcSetString(xsResult, running() ? gRunning.board : "");
}

/* The name of the slot that runs, such as ota_0. */
void xs_update_slot(xsMachine* the)
{
	const esp_partition_t* slot = esp_ota_get_running_partition();
	xsmcSetString(xsResult, slot ? (char*)slot->label : "");
}

void xs_update_onProbation(xsMachine* the)
{
	xsmcSetBoolean(xsResult, isOnProbation());
}

/* What the other slot's image came to: 0 unknown, 1 it gave up, 2 it ended before it was valid. */
void xs_update_otherEnded(xsMachine* the)
{
	esp_ota_img_states_t state = stateOf(otherSlot());
	xsmcSetInteger(xsResult, state == ESP_OTA_IMG_INVALID ? 1 : state == ESP_OTA_IMG_ABORTED ? 2 : 0);
}

static void forget(void)
{
	if (gUpdate.begun)
		esp_ota_abort(gUpdate.handle);
	free(gUpdate.block);
	memset(&gUpdate, 0, sizeof gUpdate);
}

static const char* reasonOf(esp_err_t error)
{
	switch (error) {
	case ESP_ERR_OTA_VALIDATE_FAILED: return "the image is not whole: its hash, its checksum or its signature is wrong";
	case ESP_ERR_OTA_ROLLBACK_INVALID_STATE: return "the firmware that runs is on probation itself";
	case ESP_ERR_NO_MEM: return "there is no memory for an update";
	case ESP_ERR_INVALID_SIZE: return "the image is larger than the slot";
	default: return "the flash has failed";
	}
}

static void fail(xsMachine* the, const char* reason)
{
	forget();
	xsUnknownError("%s", reason);
}

/* Begins an update of so many bytes. Throws if there is no memory. */
void xs_update_open(xsMachine* the)
{
	forget();
	gUpdate.size = (size_t)xsmcToInteger(xsArg(0));
	gUpdate.block = malloc(kBlock);
	if (!gUpdate.block)
		xsUnknownError("%s", reasonOf(ESP_ERR_NO_MEM));
	gUpdate.slot = otherSlot();
	if (!gUpdate.slot)
		fail(the, "the flash has no second slot for an update");
}

/* Checks the first block, or writes one. Returns why it failed, or NULL. */
static const char* writeBlock(void)
{
	esp_err_t error;
	if (!gUpdate.begun) {
		FirstBytes first;
		const char* fault;
		if (gUpdate.filled < sizeof first)
			return "the image has ended before its description";
		memcpy(&first, gUpdate.block, sizeof first);
		fault = firstBlockFault(&first, gUpdate.size, &gRunning);
		if (fault)
			return fault;
		error = esp_ota_begin(gUpdate.slot, OTA_WITH_SEQUENTIAL_WRITES, &gUpdate.handle);
		if (error)
			return reasonOf(error);
		gUpdate.begun = true;
	}
	error = esp_ota_write(gUpdate.handle, gUpdate.block, gUpdate.filled);
	gUpdate.filled = 0;
	return error ? reasonOf(error) : NULL;
}

/*
	Adds bytes, which are written in whole blocks. Returns whether the flash was written:
	then nothing else has run for some 50 ms. Throws an Error with the reason if the image is
	refused or the flash fails, which ends the update.
*/
void xs_update_write(xsMachine* the)
{
	uint8_t* bytes;
	xsUnsignedValue length;
	bool written = false;
	const char* fault = NULL;
	if (!gUpdate.slot)
		xsUnknownError("there is no update");
	xsmcGetBufferReadable(xsArg(0), (void**)&bytes, &length);
	while (length && !fault) {
		size_t part = kBlock - gUpdate.filled;
		if (part > length)
			part = length;
		memcpy(gUpdate.block + gUpdate.filled, bytes, part);
		gUpdate.filled += part;
		bytes += part;
		length -= part;
		if (gUpdate.filled == kBlock) {
			fault = writeBlock();
			written = true;
		}
	}
	if (fault)
		fail(the, fault);
	xsmcSetBoolean(xsResult, written);
}

/* Writes what is left, checks all of it, has it boot next, and returns its version. Throws as `write` does. */
void xs_update_finish(xsMachine* the)
{
	const char* fault = NULL;
	const esp_partition_t* slot = gUpdate.slot;
	FirmwareDescription next;
	esp_err_t error;
	if (!slot)
		xsUnknownError("there is no update");
	if (gUpdate.filled || !gUpdate.begun)
		fault = writeBlock();
	if (fault)
		fail(the, fault);
	gUpdate.begun = false; /* esp_ota_end() frees the handle in any case */
	error = esp_ota_end(gUpdate.handle);
	if (!error)
		error = esp_ota_set_boot_partition(slot);
	forget();
	if (!error)
		error = esp_partition_read(slot, offsetof(FirstBytes, firmware), &next, sizeof next);
	if (error)
		xsUnknownError("%s", reasonOf(error));
	xsmcSetString(xsResult, next.version);
}

void xs_update_close(xsMachine* the)
{
	(void)the;
	forget();
}

/* Calls what runs valid. Throws if the flash fails. */
void xs_update_confirm(xsMachine* the)
{
	if (esp_ota_mark_app_valid_cancel_rollback())
		xsUnknownError("the flash has failed");
	gProven = true;
}

/* Goes back to the other slot, and does not return; returns if that has nothing to boot. */
void xs_update_giveUp(xsMachine* the)
{
	(void)the;
	esp_ota_mark_app_invalid_rollback_and_reboot();
}

void xs_update_restart(xsMachine* the)
{
	(void)the;
	esp_restart();
}

/* A restart is enough, as an image on probation is booted once. The stack of this task has no room for more. */
static void timeIsUp(void* argument)
{
	(void)argument;
	if (!gProven)
		esp_restart();
}

/* Has firmware on probation go back after so many milliseconds, whatever the script does, unless it is valid by then. */
void xs_update_watch(xsMachine* the)
{
	static esp_timer_handle_t timer;
	const esp_timer_create_args_t options = { .callback = timeIsUp, .name = "update" };
	if (!timer && isOnProbation() && !esp_timer_create(&options, &timer))
		esp_timer_start_once(timer, (uint64_t)xsmcToInteger(xsArg(0)) * 1000);
}
