/*
	The boot loader: chooses the slot that runs, by the rules of esp-idf 6.0 with
	CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE (bootloader_utility.c). What runs is always this
	program, whatever is in the slot; the image says what it does beside that (see
	docs/simulator.md). A restart replaces the process by a new one, which boots.
*/
#include "flash.h"
#include "host.h"
#include "esp_system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int gBootedSlot = -1;

static const esp_partition_t* slot(int index)
{
	return esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN + index, NULL);
}

static bool unwritten(const esp_ota_select_entry_t* entry)
{
	return entry->ota_seq == UINT32_MAX || entry->crc != otaSelectCrc(entry);
}

static bool rejected(const esp_ota_select_entry_t* entry)
{
	return entry->ota_seq == UINT32_MAX || entry->ota_state == (uint32_t)ESP_OTA_IMG_INVALID ||
	       entry->ota_state == (uint32_t)ESP_OTA_IMG_ABORTED;
}

/* Returns the slot to try first, or -1 to try all. `initial` becomes whether no entry was ever written. */
static int selectSlot(esp_ota_select_entry_t entries[2], int slots, bool* initial)
{
	int active;
	for (int i = 0; i < 2; i++)
		if (entries[i].ota_state == (uint32_t)ESP_OTA_IMG_PENDING_VERIFY) {
			/* It has had its one boot. */
			entries[i].ota_state = ESP_OTA_IMG_ABORTED;
			otaSelectWrite(entries + i, i);
		}
	if (rejected(entries) && rejected(entries + 1)) {
		*initial = unwritten(entries) && unwritten(entries + 1);
		return 0;
	}
	active = otaSelectActive(entries);
	if (active < 0)
		return -1;
	if (entries[active].ota_state == (uint32_t)ESP_OTA_IMG_NEW) {
		entries[active].ota_state = ESP_OTA_IMG_PENDING_VERIFY;
		otaSelectWrite(entries + active, active);
	}
	return (int)((entries[active].ota_seq - 1) % (uint32_t)slots);
}

static bool boot(int index, bool initial)
{
	const esp_partition_t* partition = slot(index);
	if (!partition || !imageVerify(partition))
		return false;
	if (initial) {
		esp_ota_select_entry_t entry;
		memset(&entry, 0xff, sizeof entry);
		entry.ota_seq = (uint32_t)index + 1;
		entry.ota_state = ESP_OTA_IMG_VALID;
		entry.crc = otaSelectCrc(&entry);
		otaSelectWrite(&entry, 0);
	}
	gBootedSlot = index;
	return true;
}

void bootChoose(void)
{
	esp_ota_select_entry_t entries[2];
	bool initial = false;
	int slots, first;
	if (!flashPresent())
		return;
	partitionsOpen();
	slots = partitionsApps();
	if (!slots || !otaSelectRead(entries))
		hostFail("--flash: the table of partitions has no slots, or no otadata");
	first = selectSlot(entries, slots, &initial);
	for (int index = first; index >= 0; index--)
		if (boot(index, initial))
			return;
	for (int index = first + 1; index < slots; index++)
		if (boot(index, initial))
			return;
	hostFail("--flash: no slot can be booted");
}

void esp_restart(void)
{
	/* The sockets, the settings' lock and the sensor's pipes close with it. */
	fflush(NULL);
	setenv("YIELDCAM_RESTART", "restarted by the firmware", 0);
	execv("/proc/self/exe", gOptions.arguments);
	hostFail("cannot restart: %m");
}
