/*
	What esp-idf's esp_ota_ops.c and bootloader_common_loader.c need of esp-idf, on the
	simulated flash. Every header that they include, except those with their own types, is
	this one.
*/
#pragma once

#include "basics.h"

/* esp_partition.h */
typedef uint32_t esp_partition_mmap_handle_t;
typedef enum { ESP_PARTITION_MMAP_DATA } esp_partition_mmap_memory_t;
typedef const esp_partition_t* const* esp_partition_iterator_t;
esp_err_t esp_partition_mmap(const esp_partition_t* partition, size_t offset, size_t size,
	esp_partition_mmap_memory_t memory, const void** pointer, esp_partition_mmap_handle_t* handle);
void esp_partition_munmap(esp_partition_mmap_handle_t handle);
const esp_partition_t* esp_partition_verify(const esp_partition_t* partition);
esp_partition_iterator_t esp_partition_find(
	esp_partition_type_t type, esp_partition_subtype_t subtype, const char* label);
const esp_partition_t* esp_partition_get(esp_partition_iterator_t iterator);
esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t iterator);
void esp_partition_iterator_release(esp_partition_iterator_t iterator);
esp_err_t esp_partition_copy(const esp_partition_t* destination, uint32_t destinationOffset,
	const esp_partition_t* source, uint32_t sourceOffset, size_t size);

/* esp_image_format.h */
#include "esp_app_format.h"
#include "esp_flash_partitions.h"
typedef enum { ESP_IMAGE_VERIFY, ESP_IMAGE_VERIFY_SILENT } esp_image_load_mode_t;
typedef enum { ESP_IMAGE_BOOTLOADER, ESP_IMAGE_APPLICATION } esp_image_type;
typedef struct {
	uint32_t image_len;
} esp_image_metadata_t;
esp_err_t esp_image_verify(esp_image_load_mode_t mode, const esp_partition_pos_t* place, esp_image_metadata_t* data);
void esp_image_bootloader_offset_set(uint32_t offset);

/* spi_flash_mmap.h, esp_flash.h, esp_efuse.h, esp_system.h, esp_bootloader_desc.h */
#define SPI_FLASH_CACHE2PHYS_FAIL UINT32_MAX
size_t spi_flash_cache2phys(const void* address);
extern void* esp_flash_default_chip;
esp_err_t esp_flash_set_dangerous_write_protection(void* chip, bool protect);
bool esp_efuse_is_flash_encryption_enabled(void);
void esp_restart(void) __attribute__((noreturn));
#define ESP_BOOTLOADER_DESC_MAGIC_BYTE 80
typedef struct {
	uint8_t magic_byte;
	uint8_t rest[79];
} esp_bootloader_desc_t;

/* bootloader_common.h, esp_rom_crc.h, hal/efuse_hal.h */
uint32_t esp_rom_crc32_le(uint32_t crc, const uint8_t* bytes, uint32_t length);
uint32_t bootloader_common_ota_select_crc(const esp_ota_select_entry_t* entry);
bool bootloader_common_ota_select_invalid(const esp_ota_select_entry_t* entry);
bool bootloader_common_ota_select_valid(const esp_ota_select_entry_t* entry);
int bootloader_common_get_active_otadata(esp_ota_select_entry_t* entries);
int bootloader_common_select_otadata(const esp_ota_select_entry_t* entries, bool* valid, bool most);
bool bootloader_common_check_chip_revision_validity(const esp_image_header_t* header, bool most);
esp_err_t bootloader_common_check_efuse_blk_validity(uint32_t least, uint32_t most);
esp_err_t bootloader_common_check_chip_validity(const esp_image_header_t* header, esp_image_type type);
unsigned efuse_hal_chip_revision(void);
unsigned efuse_hal_blk_version(void);
bool efuse_hal_get_disable_wafer_version_major(void);
bool efuse_hal_get_disable_blk_version_major(void);
