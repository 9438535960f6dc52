import { assert } from "chai";
import { CameraPower, type CameraPowerOptions } from "yieldcam/esp32s3/power/camera-power";
import { MemoryBus } from "./memory-bus.ts";

/** Registers of the AXP2101: its ID, outputs that are on (DLDO1 and CPUSLDO), and reserved bits above a voltage. */
const AXP2101 = { 0x03: 0x4a, 0x90: 0xc0, 0x92: 0xe0, 0x93: 0x1c, 0x94: 0x1c, 0x95: 0x1c };
/** The AW9523B after a reset: every pin is an input, and would be low as an output. */
const AW9523 = { 0x10: 0x23, 0x04: 0xff, 0x05: 0xff };

/** A switch, its bus, and what it did with pins and time. */
function rig(
	options: CameraPowerOptions,
	chips: Readonly<Record<number, Readonly<Record<number, number>>>> = {},
): { power: CameraPower; bus: MemoryBus; done: string[] } {
	const bus = new MemoryBus(),
		done: string[] = [];
	for (const [address, registers] of Object.entries(chips)) bus.add(Number(address), registers);
	const power = new CameraPower(options, {
		setPin: (pin, level) => done.push(`GPIO ${pin} is ${level}`),
		bus(data, clock) {
			done.push(`bus at ${data}/${clock}`);
			return bus;
		},
		delay: (milliseconds) => done.push(`${milliseconds} ms`),
	});
	return { power, bus, done };
}

describe("the supply of a board's camera", () => {
	it("is switched on by a pin, once, before the wait", () => {
		const { power, done } = rig({ gpio: { pin: 18, level: 0 } });
		power.switchOn();
		power.switchOn();
		assert.deepEqual(done, ["GPIO 18 is 0", "500 ms"]);
	});

	it("is switched on by a pin once, even if a chip fails at the first attempt", () => {
		const { power, bus, done } = rig({ gpio: { pin: 18, level: 0 }, i2c: { data: 12, clock: 11 }, aw9523: [8] });
		assert.throws(() => power.switchOn());
		bus.add(0x58, AW9523);
		power.switchOn();
		assert.lengthOf(
			done.filter((what) => what.startsWith("GPIO")),
			1,
		);
	});

	describe("by an AXP2101", () => {
		const options = { i2c: { data: 7, clock: 6 }, axp2101: { aldo1: 1500, aldo2: 2800, aldo4: 3000 } } as const;

		it("is set to its voltages before it is on, and nothing else changes", () => {
			const { power, bus, done } = rig(options, { 0x34: AXP2101 });
			power.switchOn();
			// 1,500 mV is step 10, 2,800 step 23, 3,000 step 25; the bits are ALDO1, 2 and 4.
			assert.deepEqual(bus.written, ["34:92=ea", "34:93=17", "34:95=19", "34:90=cb"]);
			assert.deepEqual(done, ["bus at 7/6", "500 ms"]);
		});

		it("is repeated at later attempts where the chip has forgotten it, without a wait", () => {
			const { power, bus, done } = rig(options, { 0x34: AXP2101 });
			power.switchOn();
			bus.written.length = done.length = 0;
			power.switchOn();
			assert.deepEqual(bus.written, []);
			bus.chips.get(0x34)![0x90] = 0xc0;
			power.switchOn();
			assert.deepEqual(bus.written, ["34:90=cb"]);
			assert.deepEqual(done, ["bus at 7/6", "bus at 7/6"]);
		});

		it("keeps the chip's own voltage where none is given", () => {
			const { power, bus } = rig(
				{ ...options, axp2101: { aldo3: 3300, bldo1: true, bldo2: true } },
				{ 0x34: { ...AXP2101, 0x96: 0x17, 0x97: 0x0a } },
			);
			power.switchOn();
			assert.deepEqual(bus.written, ["34:90=f4"]);
		});

		it("reaches the lowest and the highest voltage", () => {
			const { power, bus } = rig({ ...options, axp2101: { bldo1: 500, bldo2: 3500 } }, { 0x34: AXP2101 });
			bus.chips.get(0x34)![0x96] = 0x1f;
			power.switchOn();
			assert.deepEqual(bus.written, ["34:96=00", "34:97=1e", "34:90=f0"]);
		});

		it("is left alone if the chip is another one", () => {
			const { power, bus, done } = rig(options, { 0x34: { ...AXP2101, 0x03: 0x03 } });
			assert.throws(
				() => power.switchOn(),
				"the camera's supply cannot be switched on: the power chip at 0x34 is not an AXP2101 (its ID is 0x3)",
			);
			assert.deepEqual(bus.written, []);
			assert.notInclude(done, "500 ms");
		});

		it("that does not answer is reported, and tried again at the next attempt", () => {
			const { power, bus, done } = rig(options);
			assert.throws(() => power.switchOn(), "cannot be switched on: no chip answers at 0x34");
			bus.add(0x34, AXP2101);
			power.switchOn();
			assert.include(bus.written, "34:90=cb");
			assert.include(done, "500 ms", "the supply has just come on");
		});
	});

	describe("by an AXP313A", () => {
		const options = { i2c: { data: 1, clock: 2 }, axp313a: { aldo1: 1200, dldo1: 2800 } } as const;

		it("is set to its voltages before it is on, and the processor's own stays on", () => {
			const { power, bus } = rig(options, { 0x36: { 0x03: 0x4b, 0x10: 0x01 } });
			power.switchOn();
			assert.deepEqual(bus.written, ["36:16=07", "36:17=17", "36:10=19"]);
		});

		it("is switched on by each revision of the chip, and not by other chips", () => {
			for (const id of [0x4b, 0x5b, 0x6b, 0x7b]) {
				const { power, bus } = rig(options, { 0x36: { 0x03: id } });
				power.switchOn();
				assert.include(bus.written, "36:10=18");
			}
			const { power, bus } = rig(options, { 0x36: { 0x03: 0x4c } });
			assert.throws(() => power.switchOn(), "the power chip at 0x36 is not an AXP313A (its ID is 0x4c)");
			assert.deepEqual(bus.written, []);
		});
	});

	it("of the CoreS3 is an AXP2101's, and an AW9523 takes its camera out of reset", () => {
		const { power, bus } = rig(
			{ i2c: { data: 12, clock: 11 }, aw9523: [8], axp2101: { aldo3: 3300 } },
			{ 0x34: AXP2101, 0x58: AW9523 },
		);
		const levels: boolean[] = [];
		bus.onWrite = () => {
			const chip = bus.chips.get(0x58)!;
			if (!(chip[0x05] & 1)) levels.push((chip[0x03] & 1) === 1);
		};
		power.switchOn();
		assert.deepEqual(bus.written, ["58:03=01", "58:05=fe", "34:90=c4"]);
		assert.notInclude(levels, false, "as an output the pin is never low");
	});

	it("is left alone if the chip at the AW9523's address is another one", () => {
		const { power, bus } = rig({ i2c: { data: 12, clock: 11 }, aw9523: [8] }, { 0x58: { 0x10: 0x00 } });
		assert.throws(() => power.switchOn(), "the chip at 0x58 is not an AW9523 (its ID is 0x0)");
		assert.deepEqual(bus.written, []);
	});

	it("of Waveshare's board is on as soon as the expander's pin is an output", () => {
		const { power, bus } = rig(
			{ i2c: { data: 8, clock: 7 }, ch32v003: { outputs: 0b0111_1111, high: 0b0110_0111 } },
			{ 0x24: {} },
		);
		power.switchOn();
		assert.deepEqual(bus.written, ["24:03=67", "24:02=7f"]);
	});
});
