import I2C from "embedded:implementation/i2csync";
import Timer from "timer";
import { hold } from "yieldcam/common/pins";
import type { CameraPowerIO } from "./camera-power.ts";
import { I2CBus } from "./i2c-bus.ts";

/** The processor's pins and buses, by the SDK. */
export const POWER_IO: CameraPowerIO = Object.freeze({
	setPin: hold,
	bus: (data: number, clock: number) => new I2CBus(I2C, data, clock),
	delay: (milliseconds: number) => Timer.delay(milliseconds),
});
