/** A bus to chips with 8-bit registers, which are addressed by one byte: I2C. */
export interface RegisterBus {
	/** Returns the value of a register. Throws if no chip answers at the address. */
	read(address: number, register: number): number;
	/** Throws if no chip answers at the address. */
	write(address: number, register: number, value: number): void;
}

/** Sets the bits of `mask` to those of `value`, and leaves the others as they are. Writes only what changes. */
export function update(bus: RegisterBus, address: number, register: number, mask: number, value: number): void {
	const before = bus.read(address, register),
		after = (before & ~mask) | (value & mask);
	if (after !== before) bus.write(address, register, after);
}
