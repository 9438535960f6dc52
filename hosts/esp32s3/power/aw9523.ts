import { type RegisterBus, update } from "./register-bus.ts";

/** The I2C address of the port expander with both address pins low. */
const ADDRESS = 0x58;
/** Registers and values by Awinic's data sheet of the AW9523B. */
const CHIP_ID = 0x10;
const IS_AW9523 = 0x23;
/** The registers of port 1, whose outputs are always push-pull. */
const OUTPUT = 0x03;
const IS_INPUT = 0x05;
const FIRST_PIN = 8;

/** Sets pins of port 1, which are 8 to 15, to high. Throws if the chip does not answer, or is another one. */
export function raiseAw9523(bus: RegisterBus, pins: readonly number[]): void {
	const id = bus.read(ADDRESS, CHIP_ID);
	if (id !== IS_AW9523) throw new Error(`the chip at 0x58 is not an AW9523 (its ID is 0x${id.toString(16)})`);
	const bits = pins.reduce((mask, pin) => mask | (1 << (pin - FIRST_PIN)), 0);
	// The level first: an output that turns on must not be low for a moment.
	update(bus, ADDRESS, OUTPUT, bits, bits);
	update(bus, ADDRESS, IS_INPUT, bits, 0);
}
