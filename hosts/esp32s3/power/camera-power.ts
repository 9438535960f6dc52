import { AXP2101, type Axp2101Outputs, AXP313A, type Axp313aOutputs, switchAxp } from "./axp.ts";
import { raiseAw9523 } from "./aw9523.ts";
import { type Ch32v003Pins, setCh32v003 } from "./ch32v003.ts";
import type { RegisterBus } from "./register-bus.ts";

/** What switches a board's camera on: a pin of the processor, or chips on an I2C bus. */
export interface CameraPowerOptions {
	/** GPIO number, and the level that switches the supply on. */
	readonly gpio?: { readonly pin: number; readonly level: 0 | 1 };
	/** GPIO numbers of the chips' bus, which may be the camera's. */
	readonly i2c?: { readonly data: number; readonly clock: number };
	readonly axp2101?: Axp2101Outputs;
	readonly axp313a?: Axp313aOutputs;
	/** Pins to set high, 8 to 15. */
	readonly aw9523?: readonly number[];
	readonly ch32v003?: Ch32v003Pins;
}

/** What the switch needs of its host. */
export interface CameraPowerIO {
	/** Makes the pin an output with the level, until the device restarts. */
	setPin(pin: number, level: 0 | 1): void;
	/** The bus at the GPIO numbers. */
	bus(data: number, clock: number): RegisterBus;
	/** Waits, and stops the machine meanwhile. */
	delay(milliseconds: number): void;
}

/**
 * Milliseconds from the supply to the camera's first message. The SDK's targets wait as long for the AtomS3R's camera,
 * Espressif's esp-bsp a fifth of it for the CoreS3's.
 */
const SETTLING_MS = 500;

/** The switch of a camera's supply. */
export class CameraPower {
	readonly #options: CameraPowerOptions;
	readonly #io: CameraPowerIO;
	/** A pin can be had only once. */
	#isPinSet = false;
	#isOn = false;

	constructor(options: CameraPowerOptions, io: CameraPowerIO) {
		this.#options = options;
		this.#io = io;
	}

	/**
	 * Switches the supply on, and waits until it has settled. Called before each attempt to open the camera; later calls
	 * only repeat what chips may have forgotten. Throws an Error with the reason if a chip does not answer.
	 */
	switchOn(): void {
		const { gpio, i2c } = this.#options;
		if (gpio && !this.#isPinSet) this.#io.setPin(gpio.pin, gpio.level);
		this.#isPinSet = true;
		if (i2c) this.setChips(this.#io.bus(i2c.data, i2c.clock));
		if (!this.#isOn) this.#io.delay(SETTLING_MS);
		this.#isOn = true;
	}

	private setChips(bus: RegisterBus): void {
		const { axp2101, axp313a, aw9523, ch32v003 } = this.#options;
		try {
			if (aw9523) raiseAw9523(bus, aw9523);
			if (axp2101) switchAxp(bus, AXP2101, axp2101);
			if (axp313a) switchAxp(bus, AXP313A, axp313a);
			if (ch32v003) setCh32v003(bus, ch32v003);
		} catch (error) {
			throw new Error(`the camera's supply cannot be switched on: ${(error as Error).message}`, { cause: error });
		}
	}
}
