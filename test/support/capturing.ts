import { assert } from "chai";
import type { Simulator } from "./simulator.ts";

/**
 * A program that opens the driver with three buffers for QVGA, and runs `body` whenever there is a frame to read;
 * `count` is its number. It prints reported faults. `options` go to the driver too.
 */
export function capturing(body: string, options = ""): string {
	return `
		import Timer from "timer";
		import EspCamera from "yieldcam/common/camera";
		const driver = new EspCamera({
			frameSize: 6,
			quality: 12,
			frameBufferCount: 3,
			onReadable,
			onError(message) {
				trace("error " + message + "\\n");
			},
			onRestart() {
				trace("restarted\\n");
			},
			${options}
		});
		let count = 0;
		function onReadable() {
			count++;
			${body}
		}
		driver.start();
	`;
}

/** Waits until every frame buffer is free: the capture task may be about to return the last one. */
export async function allHome(simulator: Simulator): Promise<void> {
	for (let i = 0; ; i++) {
		const { buffers, buffersHome } = await simulator.report();
		if (buffers === buffersHome) return;
		assert.isBelow(i, 100, `${buffersHome} of ${buffers} buffers are free`);
	}
}
