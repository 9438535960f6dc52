import { assert } from "chai";
import { PinLamp } from "yieldcam/common/lamp";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

/** What happens, in order: values of the signal, and what a test adds. */
let events: (number | string)[] = [];

class Signal {
	constructor(options: { readonly pin: number; readonly resolution: number }) {
		events.push(`GPIO ${options.pin}, ${options.resolution} bits`);
	}

	write(value: number): void {
		events.push(value);
	}
}

/** A capture whose result comes when the test says so. */
class Capture {
	resolve!: (frame: string) => void;
	reject!: (error: Error) => void;

	readonly take = (): Promise<string> => {
		events.push("capture");
		return new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
	};
}

/** Lets promises take their turns. */
async function turns(): Promise<void> {
	for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

describe("a lamp at a pin", () => {
	beforeEach(() => {
		resetClock();
		events = [];
	});

	/** A lamp that flashes with a brightness of 200. */
	function flashing(): PinLamp {
		const lamp = new PinLamp(Signal, { pin: 2, kind: "gpio" });
		lamp.set("flash_intensity", 200);
		events = [];
		return lamp;
	}

	it("is off, and takes brightnesses from 0 to 255", () => {
		const lamp = new PinLamp(Signal, { pin: 2, kind: "gpio" });
		for (const level of [255, 127.6, -5, 1_000, NaN]) lamp.level = level;
		assert.deepEqual(events, ["GPIO 2, 8 bits", 0, 255, 128, 0, 255, 0]);
		assert.equal(lamp.level, 0);
	});

	it("is lit by a low level if it is active then", () => {
		const lamp = new PinLamp(Signal, { pin: 14, kind: "gpio", activeLow: true });
		lamp.level = 55;
		assert.deepEqual(events, ["GPIO 14, 8 bits", 255, 200]);
	});

	it("has its controls by their fields, and no others", () => {
		const lamp = new PinLamp(Signal, { pin: 2, kind: "gpio" });
		assert.deepEqual(
			lamp.controls.map(({ name, field, temporary }) => [name, field, temporary]),
			[
				["lamp", "led_intensity", true],
				["flash", "flash_intensity", undefined],
			],
		);
		assert.isTrue(lamp.set("led_intensity", 7));
		assert.isTrue(lamp.set("flash_intensity", 9));
		assert.isUndefined(lamp.set("quality", 9));
		assert.deepEqual(
			[lamp.get("led_intensity"), lamp.get("flash_intensity"), lamp.get("quality")],
			[7, 9, undefined],
		);
		assert.equal(lamp.level, 7);
	});

	it("is lit before a capture begins, and until its result is there", async () => {
		const capture = new Capture(),
			frame = flashing().flash(capture.take);
		advance(149);
		await turns();
		assert.deepEqual(events, [200]);
		advance(1);
		await turns();
		assert.deepEqual(events, [200, "capture"]);
		capture.resolve("a frame");
		assert.equal(await frame, "a frame");
		assert.deepEqual(events, [200, "capture", 0]);
	});

	it("goes off if the capture fails, and passes the error on", async () => {
		const capture = new Capture(),
			frame = flashing().flash(capture.take);
		advance(150);
		await turns();
		capture.reject(new Error("no frames"));
		assert.equal(await frame.catch((error: Error) => error.message), "no frames");
		assert.deepEqual(events, [200, "capture", 0]);
	});

	it("goes off if the capture does not end, and rests before it flashes again", async () => {
		const lamp = flashing(),
			capture = new Capture(),
			first = lamp.flash(capture.take);
		advance(150);
		await turns();
		advance(849);
		assert.deepEqual(events, [200, "capture"]);
		advance(1);
		assert.deepEqual(events, [200, "capture", 0]);
		advance(1_999);
		void lamp.flash(new Capture().take);
		assert.deepEqual(events, [200, "capture", 0, "capture"], "at once, without light");
		advance(1);
		capture.resolve("late");
		await first;
		void lamp.flash(new Capture().take);
		assert.deepEqual(events, [200, "capture", 0, "capture", 200]);
	});

	it("keeps the light for all captures that began in it, and has no timer when it is at rest", async () => {
		const lamp = flashing(),
			one = new Capture(),
			two = new Capture(),
			frames = [lamp.flash(one.take), lamp.flash(two.take)];
		advance(150);
		await turns();
		one.resolve("one");
		await frames[0];
		assert.deepEqual(events, [200, 200, "capture", "capture"]);
		two.resolve("two");
		await frames[1];
		assert.deepEqual(events, [200, 200, "capture", "capture", 0]);
		advance(2_000);
		assert.equal(pendingTimers(), 0);
	});

	it("does not flash if that is off, or no brighter than it is", () => {
		const lamp = new PinLamp(Signal, { pin: 2, kind: "gpio" });
		void lamp.flash(new Capture().take);
		lamp.level = 200;
		lamp.set("flash_intensity", 200);
		void lamp.flash(new Capture().take);
		assert.deepEqual(events.slice(1), [0, "capture", 200, "capture"]);
	});

	it("takes a brightness during a flash, and shows it after that", async () => {
		const lamp = flashing(),
			capture = new Capture(),
			frame = lamp.flash(capture.take);
		lamp.level = 100;
		advance(150);
		await turns();
		capture.resolve("a frame");
		await frame;
		assert.deepEqual(events, [200, 200, "capture", 100]);
	});
});
