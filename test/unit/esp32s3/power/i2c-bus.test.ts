import { assert } from "chai";
import { type I2C, I2CBus, type I2COptions } from "yieldcam/esp32s3/power/i2c-bus";

/** Messages on a bus with one chip, at 0x34, whose registers all hold 0x4a. */
function rig() {
	const messages: string[] = [];
	let open = 0;
	class Chip implements I2C {
		constructor({ data, clock, address, hz, timeout }: I2COptions) {
			if (open++ > 0) throw new Error("inUse");
			messages.push(`${data}/${clock} ${hz} Hz ${timeout} ms ${address}`);
		}
		write(bytes: Uint8Array): void {
			messages.push(`write ${bytes.join(" ")}`);
		}
		read(count: number): ArrayBuffer {
			messages.push(`read ${count}`);
			return Uint8Array.of(0x4a).buffer;
		}
		close(): void {
			open--;
		}
	}
	class Silent extends Chip {
		override write(): void {
			throw new Error("write failed");
		}
	}
	class IO {
		constructor(options: I2COptions) {
			return options.address === 0x34 ? new Chip(options) : new Silent(options);
		}
	}
	return { bus: new I2CBus(IO as new (options: I2COptions) => I2C, 7, 6), messages, isOpen: () => open > 0 };
}

describe("registers over I2C", () => {
	it("are read by the register's number, and a byte", () => {
		const { bus, messages, isOpen } = rig();
		assert.equal(bus.read(0x34, 3), 0x4a);
		assert.deepEqual(messages, ["7/6 100000 Hz 50 ms 52", "write 3", "read 1"]);
		assert.isFalse(isOpen(), "the pins are free again");
	});

	it("are written in one message", () => {
		const { bus, messages, isOpen } = rig();
		bus.write(0x34, 0x90, 0xcb);
		assert.deepEqual(messages.slice(1), ["write 144 203"]);
		assert.isFalse(isOpen());
	});

	it("of a chip that does not answer are named, with the bus, whose pins are free again", () => {
		const { bus, isOpen } = rig();
		for (const use of [() => bus.read(0x58, 1), () => bus.write(0x58, 1, 0)])
			assert.throws(use, "no chip answers at 0x58 on GPIO 7 and 6 (SDA and SCL): write failed");
		assert.isFalse(isOpen());
		assert.equal(bus.read(0x34, 3), 0x4a);
	});
});
