/**
 * Mounts the card, where it is not mounted yet, and returns the path at which it is. Pins are GPIO numbers. Throws an
 * Error with the reason where there is no card, or none that can be read.
 */
export declare function mountSpi(clock: number, input: number, output: number, select: number): string;

/** The same over the SD bus; data lines that are not wired are -1. */
export declare function mountSdmmc(
	clock: number,
	command: number,
	data0: number,
	data1: number,
	data2: number,
	data3: number,
): string;
