import Digital from "embedded:io/digital";
import Timer from "timer";
import type { Board } from "./board.ts";

/** Milliseconds: what the SDK's targets give the AtomS3R's camera to come up in. */
const SETTLING_MS = 500;

/** The pin of the camera's supply. Kept, since the SDK resets a pin that is collected. */
export let supply: Digital | undefined;

/** Switches the camera's supply on, on the boards that have a pin for it, and waits until it is there. */
export function switchCameraOn({ power }: Board): void {
	if (!power) return;
	supply = new Digital({ pin: power.pin, mode: Digital.Output });
	supply.write(power.level);
	Timer.delay(SETTLING_MS);
}
