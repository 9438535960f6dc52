/* esp-idf's configuration and macros, for its own headers and all.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "esp_err.h"
#include "esp_partition.h"

#define CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE 1
#define CONFIG_BOOTLOADER_OFFSET_IN_FLASH 0x0
#define CONFIG_PARTITION_TABLE_OFFSET 0x8000
#define CONFIG_IDF_FIRMWARE_CHIP_ID 9

#define ESP_PARTITION_TYPE_BOOTLOADER 0x02
#define ESP_PARTITION_TYPE_PARTITION_TABLE 0x03
#define ESP_PARTITION_SUBTYPE_APP_TEST 0x20
#define ESP_PARTITION_SUBTYPE_DATA_UNDEFINED 0x06

#define WORD_ALIGNED_ATTR __attribute__((aligned(4)))
#define FORCE_INLINE_ATTR static inline
#define ESP_STATIC_ASSERT _Static_assert
#define ESP_LOG_ATTR_TAG(NAME, TEXT) static const char NAME[] = TEXT
#define ESP_LOGD(...) ((void)TAG)
#define ESP_LOGI(...) ((void)TAG)
#define ESP_LOGE(...) ((void)TAG)
#define ESP_CHIP_REV_ABOVE(REVISION, LEAST) ((LEAST) <= (REVISION))
#define ESP_EFUSE_BLK_REV_ABOVE(REVISION, LEAST) ((LEAST) <= (REVISION))
#ifndef MIN
	#define MIN(A, B) ((A) < (B) ? (A) : (B))
	#define MAX(A, B) ((A) > (B) ? (A) : (B))
#endif
