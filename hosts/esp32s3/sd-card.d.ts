/**
 * Mounts the card over SPI, if it is not mounted yet, and returns the path of its mount point. Pins are GPIO numbers.
 * Throws an Error with the reason if there is no card, or if it cannot be read.
 */
export declare function mountSpi(clock: number, input: number, output: number, select: number): string;

/** Same, over the SD bus. Data lines that are not wired are -1. */
export declare function mountSdmmc(
	clock: number,
	command: number,
	data0: number,
	data1: number,
	data2: number,
	data3: number,
): string;
