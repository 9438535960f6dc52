/* esp-idf's partitions: a table of 32 bytes for each, in a sector of its own (esp_partition.c). */
#include "flash.h"
#include "host.h"

#include <string.h>

enum { kMost = ESP_PARTITION_TABLE_MAX_LEN / sizeof(esp_partition_info_t) };

static esp_partition_t gPartitions[kMost];
static int gCount;

void partitionsOpen(void)
{
	esp_partition_info_t entry;
	for (gCount = 0; gCount < kMost; gCount++) {
		esp_partition_t* partition = gPartitions + gCount;
		if (!flashRead(ESP_PARTITION_TABLE_OFFSET + (size_t)gCount * sizeof entry, &entry, sizeof entry) ||
			entry.magic != ESP_PARTITION_MAGIC)
			break;
		partition->type = entry.type;
		partition->subtype = entry.subtype;
		partition->address = entry.pos.offset;
		partition->size = entry.pos.size;
		partition->erase_size = kSector;
		memcpy(partition->label, entry.label, sizeof entry.label);
	}
	if (!gCount)
		hostFail("--flash: %s has no table of partitions", gOptions.flash);
}

int partitionsApps(void)
{
	int count = 0;
	while (esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN + count, NULL))
		count++;
	return count;
}

const esp_partition_t* esp_partition_find_first(
	esp_partition_type_t type, esp_partition_subtype_t subtype, const char* label)
{
	for (int i = 0; i < gCount; i++) {
		const esp_partition_t* partition = gPartitions + i;
		if (partition->type == type && (subtype == ESP_PARTITION_SUBTYPE_ANY || partition->subtype == subtype) &&
			(!label || !strcmp(label, partition->label)))
			return partition;
	}
	return NULL;
}

static bool within(const esp_partition_t* partition, size_t offset, size_t size)
{
	return offset <= partition->size && size <= partition->size - offset;
}

esp_err_t esp_partition_read(const esp_partition_t* partition, size_t offset, void* destination, size_t size)
{
	if (!within(partition, offset, size))
		return ESP_ERR_INVALID_SIZE;
	return flashRead(partition->address + offset, destination, size) ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_write(const esp_partition_t* partition, size_t offset, const void* source, size_t size)
{
	if (!within(partition, offset, size))
		return ESP_ERR_INVALID_SIZE;
	return flashWrite(partition->address + offset, source, size) ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_erase_range(const esp_partition_t* partition, size_t offset, size_t size)
{
	if (!within(partition, offset, size))
		return ESP_ERR_INVALID_SIZE;
	return flashErase(partition->address + offset, size) ? ESP_OK : ESP_ERR_INVALID_ARG;
}
