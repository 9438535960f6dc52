import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import { ControlError } from "yieldcam/controls/control-error";
import { type Changes, Controls } from "yieldcam/controls/controls";
import { FakeDriver } from "./support/fake-driver.ts";
import { FakeOv2640 } from "./support/fake-ov2640.ts";

function open(io = FakeOv2640): { controls: Controls; driver: FakeOv2640 } {
	const controls = new Controls(new Camera({ io }));
	return { controls, driver: FakeDriver.last as FakeOv2640 };
}

/** The message that `apply` throws. */
function refusal(controls: Controls, changes: Readonly<Record<string, unknown>>): string {
	try {
		controls.apply(changes);
	} catch (error) {
		assert.instanceOf(error, ControlError);
		return error.message;
	}
	throw new Error("they were applied");
}

describe("controls", () => {
	it("are those of the sensor, with their values and defaults", () => {
		const { controls } = open();
		const described = controls.describe();
		const names = described.map(({ name }) => name);
		assert.equal(names[0], "frameSize");
		assert.notInclude(names, "sharpness", "an OV2640 has none");
		const [frameSize] = described;
		assert.equal(frameSize.value, "QVGA");
		assert.equal(frameSize.default, "QVGA");
		assert.deepInclude(
			described.find(({ name }) => name === "brightness"),
			{ type: "integer", minimum: -2, maximum: 2, value: 0, default: 0 },
		);
		assert.deepInclude(
			described.find(({ name }) => name === "autoExposure"),
			{ type: "boolean", value: true, default: true },
		);
		assert.deepInclude(
			described.find(({ name }) => name === "specialEffect"),
			{ type: "string", value: "none" },
		);
	});

	it("have frame sizes up to the sensor's largest, by name", () => {
		const { controls } = open();
		const frameSize = controls.describe()[0];
		const options = frameSize.type === "string" ? frameSize.options.map(({ value }) => value) : [];
		assert.include(options, "VGA");
		assert.equal(options.at(-1), "UXGA");
	});

	it("are those that every sensor has, for an unknown one", () => {
		const { controls } = open(FakeDriver as unknown as typeof FakeOv2640);
		assert.sameMembers(
			controls.describe().map(({ name }) => name),
			["frameSize", "frameRate", "quality", "mirror", "flip"],
		);
	});

	it("are set to the first option of a choice like any other", () => {
		const { controls, driver } = open();
		controls.apply({ specialEffect: "sepia" });
		controls.apply({ specialEffect: "none" });
		assert.deepEqual(driver.history, ["special_effect=6", "special_effect=0"]);
		assert.equal(controls.values()["specialEffect"], "none");
	});

	it("are set by name, any number at once", () => {
		const { controls, driver } = open();
		controls.apply({ frameSize: "VGA", mirror: true, brightness: -2, specialEffect: "sepia" });
		assert.deepEqual(driver.history, ["framesize=10", "hmirror=1", "brightness=-2", "special_effect=6"]);
		assert.deepInclude(controls.values(), {
			frameSize: "VGA",
			mirror: true,
			brightness: -2,
			specialEffect: "sepia",
		});
	});

	for (const [what, changes, expected] of [
		["an unknown name", { zoom: 1 }, "zoom is not a control of the OV2640"],
		["another sensor's", { sharpness: 1 }, "sharpness is not a control of the OV2640"],
		["a number above the range", { brightness: 3 }, "brightness is a whole number from -2 to 2"],
		["a number that is not whole", { brightness: 0.5 }, "brightness is a whole number from -2 to 2"],
		["a number as text", { quality: "12" }, "quality is a whole number from 0 to 63"],
		["a number for a switch", { mirror: 1 }, "mirror is true or false"],
		["nothing", { mirror: null }, "mirror is true or false"],
		["an unknown frame size", { frameSize: "HUGE" }, /^frameSize is one of 96X96, /],
		["a frame size by number", { frameSize: 10 }, /^frameSize is one of /],
		["a frame size beyond the sensor", { frameSize: "QXGA" }, /^frameSize is one of /],
	] as const) {
		it(`reject ${what}, and set nothing`, () => {
			const { controls, driver } = open();
			assert.match(
				refusal(controls, { flip: true, ...changes }),
				expected instanceof RegExp ? expected : new RegExp(`^${expected}$`),
			);
			assert.deepEqual(driver.history, []);
		});
	}

	it("are reset if the sensor refuses one of them", () => {
		const { controls, driver } = open();
		driver.refused.add("framesize");
		assert.equal(
			refusal(controls, { mirror: true, brightness: 1, frameSize: "UXGA", flip: true }),
			"frameSize is refused by the OV2640",
		);
		assert.deepInclude(controls.values(), { mirror: false, brightness: 0, frameSize: "QVGA", flip: false });
	});

	it("report a change, once for all that changed together, until no one listens", () => {
		const { controls, driver } = open();
		const told: Changes[] = [];
		const stop = controls.onChange((changes) => told.push(changes));
		controls.apply({ mirror: true, quality: 20 });
		driver.refused.add("vflip");
		refusal(controls, { flip: true });
		controls.apply({});
		stop();
		controls.apply({ mirror: false });
		assert.deepEqual(told, [{ mirror: true, quality: 20 }]);
	});

	it("return to their defaults", () => {
		const { controls, driver } = open();
		const before = controls.values();
		controls.apply({ frameSize: "SVGA", autoExposure: false, exposure: 100 });
		driver.history.length = 0;
		controls.reset();
		assert.deepEqual(controls.values(), before);
		assert.sameMembers(
			driver.history,
			["framesize=6", "aec=1", "aec_value=300"],
			"those that differ, and nothing else",
		);
	});

	it("cannot be read or set while the camera restarts", () => {
		const { controls, driver } = open();
		driver.restarting = true;
		assert.throws(() => controls.values(), "restarting");
		assert.throws(() => controls.apply({ mirror: true }), "restarting");
		assert.throws(() => controls.apply({ frameRate: 5 }), "restarting");
		driver.restarting = false;
		assert.equal(controls.values()["frameRate"], 0);
	});
});
