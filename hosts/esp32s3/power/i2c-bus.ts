import type { RegisterBus } from "./register-bus.ts";

/** A chip on an I2C bus: ECMA-419, as far as it is used here. Its methods throw if the chip does not answer. */
export interface I2C {
	write(bytes: Uint8Array): void;
	read(count: number): ArrayBuffer;
	/** Returns the pins, if no other chip on the same bus is open. */
	close(): void;
}

export interface I2COptions {
	/** GPIO numbers of SDA and SCL. */
	readonly data: number;
	readonly clock: number;
	readonly address: number;
	readonly hz: number;
	/** Milliseconds for each message. */
	readonly timeout: number;
}

export type I2CIO = new (options: I2COptions) => I2C;

/** Hz. The chips allow 400 kHz, but the processor's own pull-ups, which may be the only ones, do not. */
const CLOCK_HZ = 100_000;
/** A byte takes a tenth of a millisecond, and a bus that is stuck must not stop the machine for long. */
const TIMEOUT_MS = 50;

/** Registers over I2C. The pins are in use only during a call: on some boards the camera's driver needs them next. */
export class I2CBus implements RegisterBus {
	readonly #io: I2CIO;
	readonly #data: number;
	readonly #clock: number;

	/** `data` and `clock` are GPIO numbers. */
	constructor(io: I2CIO, data: number, clock: number) {
		this.#io = io;
		this.#data = data;
		this.#clock = clock;
	}

	read(address: number, register: number): number {
		return this.with(address, (chip) => {
			chip.write(Uint8Array.of(register));
			return new Uint8Array(chip.read(1))[0];
		});
	}

	write(address: number, register: number, value: number): void {
		this.with(address, (chip) => chip.write(Uint8Array.of(register, value)));
	}

	private with<T>(address: number, use: (chip: I2C) => T): T {
		const data = this.#data,
			clock = this.#clock;
		let chip: I2C | undefined;
		try {
			chip = new this.#io({ data, clock, address, hz: CLOCK_HZ, timeout: TIMEOUT_MS });
			return use(chip);
		} catch (error) {
			// The SDK's own message names neither the chip nor the bus.
			const reason = (error as Error).message;
			throw new Error(
				`no chip answers at 0x${address.toString(16)} on GPIO ${data} and ${clock} (SDA and SCL): ${reason}`,
				{ cause: error },
			);
		} finally {
			chip?.close();
		}
	}
}
