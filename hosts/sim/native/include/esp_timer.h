/* Espressif's esp_timer.h: the clock of the frame timestamps. */
#pragma once

#include <stdint.h>

/* Microseconds since boot: here, since the start of the process. */
int64_t esp_timer_get_time(void);
