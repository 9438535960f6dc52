import Digital from "embedded:io/digital";
import Timer from "timer";
import type { Board } from "./board.ts";

/** Milliseconds that the SDK's targets wait for the AtomS3R's camera to power up. */
const SETTLING_MS = 500;

/** The pin of the camera's supply. Kept, because the SDK resets a pin that is garbage-collected. */
export let supply: Digital | undefined;

/** Switches the camera's supply on, on boards that have a pin for it, and waits until it has settled. */
export function switchCameraOn({ power }: Board): void {
	if (!power) return;
	supply = new Digital({ pin: power.pin, mode: Digital.Output });
	supply.write(power.level);
	Timer.delay(SETTLING_MS);
}
