/* The part of FreeRTOS's API that the camera binding uses, on POSIX threads (freertos.c). */
#pragma once

#include <stdint.h>

typedef int BaseType_t;
typedef unsigned UBaseType_t;
typedef uint32_t TickType_t;

#define pdFALSE 0
#define pdTRUE 1
#define pdFAIL pdFALSE
#define pdPASS pdTRUE
#define portMAX_DELAY ((TickType_t)0xffffffff)
#define pdMS_TO_TICKS(milliseconds) ((TickType_t)(milliseconds))
