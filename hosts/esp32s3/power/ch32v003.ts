import type { RegisterBus } from "./register-bus.ts";

/** The pins of the expander as bits, EXIO0 in the lowest. */
export interface Ch32v003Pins {
	/** Pins that are outputs. The others are inputs. */
	readonly outputs: number;
	/** Outputs that are high. The others are low. */
	readonly high: number;
}

/**
 * The I2C address and the registers of the microcontroller that Waveshare programs as a port expander
 * (custom_io_expander_ch32v003.c in Waveshare-ESP32-components). They can be written only, all pins at a time.
 */
const ADDRESS = 0x24;
const IS_OUTPUT = 0x02;
const OUTPUT = 0x03;

/** Sets all pins of the expander. Throws if it does not answer. */
export function setCh32v003(bus: RegisterBus, { outputs, high }: Ch32v003Pins): void {
	// The level first: an output that turns on must not have the wrong one for a moment.
	bus.write(ADDRESS, OUTPUT, high);
	bus.write(ADDRESS, IS_OUTPUT, outputs);
}
