/*
	The SD card of a board, mounted at /sdcard in esp-idf's virtual file system with
	Espressif's drivers: over SPI, or over the SD bus with one or four data lines.
*/
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "driver/sdmmc_host.h"
#include "driver/sdspi_host.h"
#include "driver/spi_master.h"
#include "esp_vfs_fat.h"

#define kMountPoint "/sdcard"

static const esp_vfs_fat_mount_config_t gMount = {
	/* A card that cannot be read keeps its content. */
	.format_if_mount_failed = false,
	.max_files = 4,
};

static sdmmc_card_t* gCard;

static void check(xsMachine* the, esp_err_t error)
{
	switch (error) {
	case ESP_OK: xsmcSetString(xsResult, kMountPoint); return;
	case ESP_ERR_NO_MEM: xsUnknownError("no memory for the SD card");
	/* The card was found, but it has no FAT (vfs_fat_sdmmc.c). */
	case ESP_FAIL: xsUnknownError("the SD card has no FAT file system; it needs FAT32, not exFAT");
	case ESP_ERR_TIMEOUT:
	case ESP_ERR_NOT_FOUND: xsUnknownError("there is no SD card in the slot, or it does not answer");
	default: xsUnknownError("the SD card cannot be used (error 0x%x)", (int)error);
	}
}

/* clock, in, out, select: GPIO numbers */
void xs_sd_card_mount_spi(xsMachine* the)
{
	static uint8_t busOpen;
	spi_bus_config_t bus = {
		.sclk_io_num = xsmcToInteger(xsArg(0)),
		.miso_io_num = xsmcToInteger(xsArg(1)),
		.mosi_io_num = xsmcToInteger(xsArg(2)),
		.quadwp_io_num = -1,
		.quadhd_io_num = -1,
		.data4_io_num = -1,
		.data5_io_num = -1,
		.data6_io_num = -1,
		.data7_io_num = -1,
	};
	sdspi_device_config_t device = SDSPI_DEVICE_CONFIG_DEFAULT();
	sdmmc_host_t host = SDSPI_HOST_DEFAULT();
	esp_err_t error = ESP_OK;

	device.gpio_cs = (gpio_num_t)xsmcToInteger(xsArg(3));
	if (!busOpen)
		error = spi_bus_initialize(device.host_id, &bus, SDSPI_DEFAULT_DMA);
	/* The bus stays open if there is no card, for another attempt. */
	busOpen |= error == ESP_OK;
	if (error == ESP_OK && !gCard)
		error = esp_vfs_fat_sdspi_mount(kMountPoint, &host, &device, &gMount, &gCard);
	check(the, error);
}

/* clock, command, data lines 0 to 3, -1 for lines that are not wired: GPIO numbers */
void xs_sd_card_mount_sdmmc(xsMachine* the)
{
	sdmmc_slot_config_t slot = SDMMC_SLOT_CONFIG_DEFAULT();
	sdmmc_host_t host = SDMMC_HOST_DEFAULT();
	esp_err_t error = ESP_OK;

	slot.clk = (gpio_num_t)xsmcToInteger(xsArg(0));
	slot.cmd = (gpio_num_t)xsmcToInteger(xsArg(1));
	slot.d0 = (gpio_num_t)xsmcToInteger(xsArg(2));
	slot.d1 = (gpio_num_t)xsmcToInteger(xsArg(3));
	slot.d2 = (gpio_num_t)xsmcToInteger(xsArg(4));
	slot.d3 = (gpio_num_t)xsmcToInteger(xsArg(5));
	slot.width = slot.d3 >= 0 ? 4 : 1;
	/* In addition to the pull-ups that a board should have. */
	slot.flags |= SDMMC_SLOT_FLAG_INTERNAL_PULLUP;
	if (!gCard)
		error = esp_vfs_fat_sdmmc_mount(kMountPoint, &host, &slot, &gMount, &gCard);
	check(the, error);
}
