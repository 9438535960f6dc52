/** The power chips of X-Powers. Addresses, registers and values are those of the data sheets of AXP2101 and AXP313A. */
import { type RegisterBus, update } from "./register-bus.ts";

/** A voltage of 500 to 3,500 mV, in steps of 100, or true for one that the chip has by itself. */
export type Voltage = number | true;

/** A regulator: its bit in the register that switches it on, and the register of its voltage. */
interface Output {
	readonly bit: number;
	readonly voltage: number;
}

interface Chip<Names extends string> {
	readonly name: string;
	/** On I2C. */
	readonly address: number;
	/** What the register CHIP_ID holds, but for its bits of the revision. */
	readonly id: number;
	/** The register that switches the outputs on. */
	readonly enable: number;
	readonly outputs: Readonly<Record<Names, Output>>;
}

const CHIP_ID = 0x03;
const WITHOUT_REVISION = 0xcf;
const VOLTAGE = 0x1f;
const LOWEST_MV = 500;
const STEP_MV = 100;

export type Axp2101Outputs = Readonly<
	Partial<Record<"aldo1" | "aldo2" | "aldo3" | "aldo4" | "bldo1" | "bldo2", Voltage>>
>;
export type Axp313aOutputs = Readonly<Partial<Record<"aldo1" | "dldo1", Voltage>>>;

export const AXP2101: Chip<keyof Axp2101Outputs> = Object.freeze({
	name: "AXP2101",
	address: 0x34,
	id: 0x4a,
	enable: 0x90,
	outputs: Object.freeze({
		aldo1: Object.freeze({ bit: 0x01, voltage: 0x92 }),
		aldo2: Object.freeze({ bit: 0x02, voltage: 0x93 }),
		aldo3: Object.freeze({ bit: 0x04, voltage: 0x94 }),
		aldo4: Object.freeze({ bit: 0x08, voltage: 0x95 }),
		bldo1: Object.freeze({ bit: 0x10, voltage: 0x96 }),
		bldo2: Object.freeze({ bit: 0x20, voltage: 0x97 }),
	}),
});

export const AXP313A: Chip<keyof Axp313aOutputs> = Object.freeze({
	name: "AXP313A",
	address: 0x36,
	id: 0x4b,
	enable: 0x10,
	outputs: Object.freeze({
		aldo1: Object.freeze({ bit: 0x08, voltage: 0x16 }),
		dldo1: Object.freeze({ bit: 0x10, voltage: 0x17 }),
	}),
});

/**
 * Sets the voltages of outputs, then switches them on together, and leaves the chip's others as they are. Throws if the
 * chip does not answer, or is another one: a wrong voltage can destroy what it supplies.
 */
export function switchAxp<Names extends string>(
	bus: RegisterBus,
	{ name, address, id, enable, outputs }: Chip<Names>,
	wanted: Readonly<Partial<Record<Names, Voltage>>>,
): void {
	const found = bus.read(address, CHIP_ID);
	if ((found & WITHOUT_REVISION) !== id)
		throw new Error(
			`the power chip at 0x${address.toString(16)} is not an ${name} (its ID is 0x${found.toString(16)})`,
		);
	let bits = 0;
	for (const key of Object.keys(wanted) as Names[]) {
		const { bit, voltage } = outputs[key],
			millivolts: Voltage = wanted[key]!;
		bits |= bit;
		if (millivolts !== true) update(bus, address, voltage, VOLTAGE, (millivolts - LOWEST_MV) / STEP_MV);
	}
	update(bus, address, enable, bits, bits);
}
