/* What esp-idf's Kconfig adds to the settings by default and its headers cannot do without. */
#pragma once
#define CONFIG_IDF_TARGET_ESP32S3 1
#define CONFIG_FREERTOS_NUMBER_OF_CORES 2
#define CONFIG_FREERTOS_MAX_TASK_NAME_LEN 16
#define CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES 1
#define CONFIG_LOG_DEFAULT_LEVEL 0
#define CONFIG_WL_SECTOR_SIZE 4096
