import { assert } from "chai";
import { DeviceClock } from "../../../page/connection/device-clock.ts";

describe("the device's clock, as the page knows it,", () => {
	it("is not known before the first answer", () => {
		assert.isUndefined(new DeviceClock().at(10));
	});

	it("is taken halfway between question and answer", () => {
		const clock = new DeviceClock();
		clock.add(10, 10.2, 500);
		assert.approximately(clock.at(10.1)!, 500, 1e-9);
		assert.approximately(clock.at(20.1)!, 510, 1e-9);
	});

	it("follows the quickest recent answer", () => {
		const clock = new DeviceClock();
		clock.add(10, 10.02, 500.01);
		clock.add(20, 22, 510.01);
		assert.approximately(clock.at(30)!, 520, 1e-9);
		// The quickest answer is forgotten in time, since clocks drift.
		clock.add(140, 140.5, 630.35);
		assert.approximately(clock.at(150)!, 640.1, 1e-9);
	});

	it("starts again when the device has restarted", () => {
		const clock = new DeviceClock();
		clock.add(10, 10.01, 500);
		clock.add(60, 60.5, 3.25);
		assert.approximately(clock.at(61.25)!, 4.25, 1e-9);
	});

	it("starts again when this machine slept and its own clock stood still", () => {
		const clock = new DeviceClock();
		clock.add(10, 10.01, 500);
		clock.add(11, 11.5, 4_101.25);
		assert.approximately(clock.at(12.25)!, 4_102.25, 1e-9);
	});
});
