/* The simulated flash, and what the boot loader and esp-idf's functions share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_flash_partitions.h"
#include "esp_partition.h"

enum { kSector = 4096 };

/* The file of --flash. Ends the process if it cannot be used. Does nothing without --flash. */
void flashOpen(void);
bool flashPresent(void);

/* These return false beyond the flash's end, or if `erase` is not of whole sectors. */
bool flashRead(size_t offset, void* destination, size_t size);
bool flashWrite(size_t offset, const void* source, size_t size);
bool flashErase(size_t offset, size_t size);

/* Reads the table. Ends the process if the flash has none. */
void partitionsOpen(void);
int partitionsApps(void); /* number of slots */

/* Whether the image in a partition is whole, for this chip, and has its hash (image.c). */
bool imageVerify(const esp_partition_t* partition);

/* A SHA-256 (FIPS 180-4). */
typedef struct {
	uint32_t state[8];
	uint64_t length;
	uint8_t block[64];
} Sha256;

void sha256Open(Sha256* sha);
void sha256Add(Sha256* sha, const void* data, size_t size);
void sha256Close(Sha256* sha, uint8_t digest[32]);

/* esp-idf's rules for otadata (bootloader_common.c), which the boot loader shares with the app. */
bool otaSelectValid(const esp_ota_select_entry_t* entry);
uint32_t otaSelectCrc(const esp_ota_select_entry_t* entry);
/* Returns which entry counts, or -1. */
int otaSelectActive(const esp_ota_select_entry_t entries[2]);
bool otaSelectRead(esp_ota_select_entry_t entries[2]);
bool otaSelectWrite(const esp_ota_select_entry_t* entry, int index);

/* The slot that the boot loader chose, from 0 (boot.c). */
extern int gBootedSlot;
/* Chooses the slot to run, by esp-idf's rules. */
void bootChoose(void);
