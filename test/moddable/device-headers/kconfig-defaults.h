/* What esp-idf's Kconfig adds to the settings by default and FreeRTOS's headers cannot do without. */
#pragma once
#define CONFIG_FREERTOS_NUMBER_OF_CORES 2
#define CONFIG_FREERTOS_MAX_TASK_NAME_LEN 16
#define CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES 1
