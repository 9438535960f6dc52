/* Tasks as POSIX threads. A task must end by vTaskDelete(NULL), as on the device. */
#pragma once

#include "freertos/FreeRTOS.h"

typedef struct SimTask* TaskHandle_t;
typedef void (*TaskFunction_t)(void*);

#define tskIDLE_PRIORITY ((UBaseType_t)0)

BaseType_t xTaskCreate(TaskFunction_t function, const char* name, uint32_t stackBytes, void* parameter,
	UBaseType_t priority, TaskHandle_t* task);
void vTaskDelete(TaskHandle_t task); /* NULL: the calling task */
void vTaskDelay(TickType_t ticks);
BaseType_t xTaskNotifyGive(TaskHandle_t task);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t ticks);
