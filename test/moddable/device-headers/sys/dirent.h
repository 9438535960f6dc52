/* Espressif's newlib has directories (vfs_fat.c fills these in); Debian's for the ESP8266's core has none. */
#pragma once
#include <sys/types.h>

typedef struct {
	uint16_t dd_vfs_idx;
	uint16_t dd_rsv;
} DIR;

struct dirent {
	ino_t d_ino;
	uint8_t d_type;
	char d_name[256];
};
