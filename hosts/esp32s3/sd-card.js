/* The board's SD card (sd-card.c). */
function mountSpi(clock, input, output, select) @ "xs_sd_card_mount_spi";
function mountSdmmc(clock, command, data0, data1, data2, data3) @ "xs_sd_card_mount_sdmmc";

export { mountSpi, mountSdmmc };
