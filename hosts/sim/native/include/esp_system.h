/* Espressif's esp_system.h: restarts. */
#pragma once

/* Ends everything at once, and lets the boot loader choose what runs next (boot.c). */
void esp_restart(void) __attribute__((noreturn));
