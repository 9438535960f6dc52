import Digital from "embedded:io/digital";
import I2C from "embedded:implementation/i2csync";
import Timer from "timer";
import type { CameraPowerIO } from "./camera-power.ts";
import { I2CBus } from "./i2c-bus.ts";

/** Pins that were set. Kept, because the SDK resets a pin that is garbage-collected. */
export const pins: Digital[] = [];

/** The processor's pins and buses, by the SDK. */
export const POWER_IO: CameraPowerIO = Object.freeze({
	setPin(pin: number, level: 0 | 1): void {
		const output = new Digital({ pin, mode: Digital.Output });
		pins.push(output);
		output.write(level);
	},
	bus: (data: number, clock: number) => new I2CBus(I2C, data, clock),
	delay: (milliseconds: number) => Timer.delay(milliseconds),
});
