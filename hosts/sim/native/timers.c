/* esp-idf's timers, as far as the firmware uses them: each is a thread that sleeps. */
#include "esp_timer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct SimTimer {
	esp_timer_create_args_t options;
	uint64_t microseconds;
};

esp_err_t esp_timer_create(const esp_timer_create_args_t* options, esp_timer_handle_t* timer)
{
	*timer = calloc(1, sizeof **timer);
	if (!*timer)
		return ESP_ERR_NO_MEM;
	(*timer)->options = *options;
	return ESP_OK;
}

static void* run(void* argument)
{
	esp_timer_handle_t timer = argument;
	struct timespec left = { (time_t)(timer->microseconds / 1000000), (long)(timer->microseconds % 1000000) * 1000 };
	while (nanosleep(&left, &left)) {
	}
	timer->options.callback(timer->options.arg);
	return NULL;
}

esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t microseconds)
{
	pthread_t thread;
	timer->microseconds = microseconds;
	if (pthread_create(&thread, NULL, run, timer))
		return ESP_ERR_NO_MEM;
	pthread_detach(thread);
	return ESP_OK;
}
