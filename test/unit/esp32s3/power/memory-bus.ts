import type { RegisterBus } from "yieldcam/esp32s3/power/register-bus";

/** A bus in memory, with chips by their addresses. Each is an array of 256 registers. */
export class MemoryBus implements RegisterBus {
	readonly chips = new Map<number, Uint8Array>();
	/** Each register that was written, with its value, as "58:03=01" in hexadecimal. */
	readonly written: string[] = [];
	/** Called after each write. */
	onWrite: () => void = () => {};

	/** Adds a chip with the given registers; the others are 0. */
	add(address: number, registers: Readonly<Record<number, number>> = {}): Uint8Array {
		const chip = new Uint8Array(256);
		for (const [register, value] of Object.entries(registers)) chip[Number(register)] = value;
		this.chips.set(address, chip);
		return chip;
	}

	read(address: number, register: number): number {
		return this.chip(address)[register];
	}

	write(address: number, register: number, value: number): void {
		this.chip(address)[register] = value;
		this.written.push(`${hex(address)}:${hex(register)}=${hex(value)}`);
		this.onWrite();
	}

	private chip(address: number): Uint8Array {
		const chip = this.chips.get(address);
		if (!chip) throw new Error(`no chip answers at 0x${hex(address)}`);
		return chip;
	}
}

function hex(byte: number): string {
	return byte.toString(16).padStart(2, "0");
}
