/* Espressif's esp_timer.h: the clock of the frame timestamps, and timers (timers.c). */
#pragma once

#include <stdint.h>
#include "esp_err.h"

/* Microseconds since boot: here, since the start of the process. */
int64_t esp_timer_get_time(void);

typedef struct SimTimer* esp_timer_handle_t;

typedef struct {
	void (*callback)(void* argument);
	void* arg;
	const char* name;
} esp_timer_create_args_t;

esp_err_t esp_timer_create(const esp_timer_create_args_t* options, esp_timer_handle_t* timer);
/* Calls the callback once, in a task of its own. A timer can be started once. */
esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t microseconds);
