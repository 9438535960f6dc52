/*
	esp-idf's updates (esp_ota_ops.c of release 6.0) on the simulated flash, with
	CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. One update at a time.
*/
#include "esp_ota_ops.h"
#include "esp_app_format.h"
#include "esp_system.h"
#include "flash.h"

#include <stdbool.h>

static struct {
	const esp_partition_t* partition;
	size_t written;
	esp_ota_handle_t handle;
	bool open;
} gUpdate;

static const esp_partition_t* slot(int index)
{
	return esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN + index, NULL);
}

const esp_partition_t* esp_ota_get_running_partition(void)
{
	return gBootedSlot < 0 ? NULL : slot(gBootedSlot);
}

const esp_partition_t* esp_ota_get_next_update_partition(const esp_partition_t* from)
{
	int count = partitionsApps();
	if (!from)
		from = esp_ota_get_running_partition();
	if (!from || !count)
		return NULL;
	return slot((from->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_MIN + 1) % count);
}

/* Before the other slot changes, its entry is erased, so that nothing can go back to half an image. */
static void invalidateInactive(void)
{
	const esp_partition_t* data =
		esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
	esp_ota_select_entry_t entries[2];
	int active = otaSelectRead(entries) ? otaSelectActive(entries) : -1, other = !active;
	if (active < 0 || entries[other].ota_seq == UINT32_MAX || entries[other].crc != otaSelectCrc(entries + other) ||
		(entries[other].ota_seq - 1) % (uint32_t)partitionsApps() == (uint32_t)gBootedSlot)
		return;
	esp_partition_erase_range(data, (size_t)other * kSector, kSector);
}

esp_err_t esp_ota_begin(const esp_partition_t* partition, size_t imageSize, esp_ota_handle_t* handle)
{
	esp_ota_img_states_t state;
	if (!partition || !handle || imageSize != OTA_WITH_SEQUENTIAL_WRITES || partition->type != ESP_PARTITION_TYPE_APP ||
		partition->subtype < ESP_PARTITION_SUBTYPE_APP_OTA_MIN)
		return ESP_ERR_INVALID_ARG;
	if (partition == esp_ota_get_running_partition())
		return ESP_ERR_OTA_PARTITION_CONFLICT;
	if (!esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) && state == ESP_OTA_IMG_PENDING_VERIFY)
		return ESP_ERR_OTA_ROLLBACK_INVALID_STATE;
	gUpdate.partition = partition;
	gUpdate.written = 0;
	gUpdate.open = true;
	*handle = ++gUpdate.handle;
	invalidateInactive();
	return ESP_OK;
}

static bool isOpen(esp_ota_handle_t handle)
{
	return gUpdate.open && handle == gUpdate.handle;
}

esp_err_t esp_ota_write(esp_ota_handle_t handle, const void* data, size_t size)
{
	const esp_partition_t* partition = gUpdate.partition;
	size_t written = gUpdate.written, next = (written + kSector - 1) / kSector * kSector;
	esp_err_t error;
	if (!data || !isOpen(handle))
		return ESP_ERR_INVALID_ARG;
	if (!size)
		return ESP_OK;
	/* The sectors that it begins. */
	if (written + size > next) {
		error = esp_partition_erase_range(partition, next, (written + size - next + kSector - 1) / kSector * kSector);
		if (error)
			return error;
	}
	if (!written && *(const uint8_t*)data != ESP_IMAGE_HEADER_MAGIC)
		return ESP_ERR_OTA_VALIDATE_FAILED;
	error = esp_partition_write(partition, written, data, size);
	if (!error)
		gUpdate.written += size;
	return error;
}

esp_err_t esp_ota_abort(esp_ota_handle_t handle)
{
	if (!isOpen(handle))
		return ESP_ERR_NOT_FOUND;
	gUpdate.open = false;
	return ESP_OK;
}

esp_err_t esp_ota_end(esp_ota_handle_t handle)
{
	if (!isOpen(handle))
		return ESP_ERR_NOT_FOUND;
	gUpdate.open = false;
	if (!gUpdate.written)
		return ESP_ERR_INVALID_ARG;
	return imageVerify(gUpdate.partition) ? ESP_OK : ESP_ERR_OTA_VALIDATE_FAILED;
}

esp_err_t esp_ota_set_boot_partition(const esp_partition_t* partition)
{
	esp_ota_select_entry_t entries[2];
	uint32_t slots = (uint32_t)partitionsApps(), wanted;
	int active, next = 0;
	if (!partition || partition->type != ESP_PARTITION_TYPE_APP ||
		partition->subtype < ESP_PARTITION_SUBTYPE_APP_OTA_MIN)
		return ESP_ERR_INVALID_ARG;
	if (!imageVerify(partition))
		return ESP_ERR_OTA_VALIDATE_FAILED;
	if (!otaSelectRead(entries))
		return ESP_ERR_NOT_FOUND;
	wanted = partition->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_MIN;
	active = otaSelectActive(entries);
	if (active < 0)
		entries[0].ota_seq = wanted + 1;
	else if ((entries[active].ota_seq - 1) % slots == wanted)
		next = active;
	else {
		uint32_t number = (wanted + 1) % slots;
		next = !active;
		while (number < entries[active].ota_seq)
			number += slots;
		entries[next].ota_seq = number;
	}
	entries[next].ota_state = ESP_OTA_IMG_NEW;
	entries[next].crc = otaSelectCrc(entries + next);
	return otaSelectWrite(entries + next, next) ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_ota_get_state_partition(const esp_partition_t* partition, esp_ota_img_states_t* state)
{
	esp_ota_select_entry_t entries[2];
	if (!partition || !state)
		return ESP_ERR_INVALID_ARG;
	if (!otaSelectRead(entries))
		return ESP_ERR_NOT_FOUND;
	for (int i = 0; i < 2; i++)
		if ((entries[i].ota_seq - 1) % (uint32_t)partitionsApps() ==
				(uint32_t)(partition->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_MIN) &&
			entries[i].crc == otaSelectCrc(entries + i)) {
			*state = (esp_ota_img_states_t)entries[i].ota_state;
			return ESP_OK;
		}
	return ESP_ERR_NOT_FOUND;
}

esp_err_t esp_ota_get_partition_description(const esp_partition_t* partition, esp_app_desc_t* description)
{
	esp_err_t error;
	if (!partition || !description)
		return ESP_ERR_INVALID_ARG;
	error = esp_partition_read(
		partition, sizeof(esp_image_header_t) + sizeof(esp_image_segment_header_t), description, sizeof *description);
	if (error)
		return error;
	return description->magic_word == ESP_APP_DESC_MAGIC_WORD ? ESP_OK : ESP_ERR_NOT_FOUND;
}

esp_err_t esp_ota_mark_app_valid_cancel_rollback(void)
{
	esp_ota_select_entry_t entries[2];
	int active = otaSelectRead(entries) ? otaSelectActive(entries) : -1;
	if (active < 0)
		return ESP_FAIL;
	if (entries[active].ota_state == (uint32_t)ESP_OTA_IMG_VALID)
		return ESP_OK;
	entries[active].ota_state = ESP_OTA_IMG_VALID;
	return otaSelectWrite(entries + active, active) ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_ota_mark_app_invalid_rollback_and_reboot(void)
{
	esp_ota_select_entry_t entries[2];
	int active = otaSelectRead(entries) ? otaSelectActive(entries) : -1;
	if (active < 0)
		return ESP_FAIL;
	if (!otaSelectValid(entries + !active) ||
		!imageVerify(slot((int)((entries[!active].ota_seq - 1) % (uint32_t)partitionsApps()))))
		return ESP_ERR_OTA_ROLLBACK_FAILED;
	entries[active].ota_state = ESP_OTA_IMG_INVALID;
	if (!otaSelectWrite(entries + active, active))
		return ESP_FAIL;
	esp_restart();
}
