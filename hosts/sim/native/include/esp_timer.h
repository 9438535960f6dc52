/* Espressif's esp_timer.h: the clock that frame timestamps are read from. */
#pragma once

#include <stdint.h>

/* Microseconds since boot; here since the process started. */
int64_t esp_timer_get_time(void);
