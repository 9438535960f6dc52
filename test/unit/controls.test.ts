import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import { ControlError } from "yieldcam/controls/control-error";
import { type Changes, Controls, type Described } from "yieldcam/controls/controls";
import { FakeDriver } from "./support/fake-driver.ts";
import { FakeOv2640 } from "./support/fake-ov2640.ts";
import { advance, resetClock } from "./support/time.ts";

function open(io = FakeOv2640): { controls: Controls; driver: FakeOv2640 } {
	const controls = new Controls(new Camera({ io }));
	return { controls, driver: FakeDriver.last as FakeOv2640 };
}

/** The message with which `apply` rejects. */
async function refusal(controls: Controls, changes: Readonly<Record<string, unknown>>): Promise<string> {
	try {
		await controls.apply(changes);
	} catch (error) {
		assert.instanceOf(error, ControlError);
		return error.message;
	}
	throw new Error("they were applied");
}

function describedBy(controls: Controls): Described[] {
	return controls.describe().map((control) => JSON.parse(control) as Described);
}

describe("controls", () => {
	beforeEach(resetClock);

	it("are those of the sensor, with their values and defaults", () => {
		const { controls } = open();
		const described = describedBy(controls);
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
		const frameSize = describedBy(controls)[0];
		const options = frameSize.type === "string" ? frameSize.options.map(({ value }) => value) : [];
		assert.include(options, "VGA");
		assert.equal(options.at(-1), "UXGA");
	});

	it("are those that every sensor has, for an unknown one", () => {
		const { controls } = open(FakeDriver as unknown as typeof FakeOv2640);
		assert.sameMembers(
			describedBy(controls).map(({ name }) => name),
			["frameSize", "frameRate", "quality", "mirror", "flip", "rotation"],
		);
	});

	it("are set to the first option of a choice like any other", async () => {
		const { controls, driver } = open();
		await controls.apply({ specialEffect: "sepia" });
		await controls.apply({ specialEffect: "none" });
		assert.deepEqual(driver.history, ["special_effect=6", "special_effect=0"]);
		assert.equal(controls.values()["specialEffect"], "none");
	});

	it("are set by name, any number at once", async () => {
		const { controls, driver } = open();
		await controls.apply({ frameSize: "VGA", mirror: true, brightness: -2, specialEffect: "sepia" });
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
		it(`reject ${what}, and set nothing`, async () => {
			const { controls, driver } = open();
			assert.match(
				await refusal(controls, { flip: true, ...changes }),
				expected instanceof RegExp ? expected : new RegExp(`^${expected}$`),
			);
			assert.deepEqual(driver.history, []);
		});
	}

	it("are reset if the sensor refuses one of them", async () => {
		const { controls, driver } = open();
		driver.refused.add("framesize");
		assert.equal(
			await refusal(controls, { mirror: true, brightness: 1, frameSize: "UXGA", flip: true }),
			"frameSize is refused by the OV2640",
		);
		assert.deepInclude(controls.values(), { mirror: false, brightness: 0, frameSize: "QVGA", flip: false });
	});

	it("report a change, once for all that changed together, until no one listens", async () => {
		const { controls, driver } = open();
		const told: Changes[] = [];
		const stop = controls.onChange((changes) => told.push(changes));
		await controls.apply({ mirror: true, quality: 20 });
		driver.refused.add("vflip");
		await refusal(controls, { flip: true });
		await controls.apply({});
		stop();
		await controls.apply({ mirror: false });
		assert.deepEqual(told, [{ mirror: true, quality: 20 }]);
	});

	it("return to their defaults", async () => {
		const { controls, driver } = open();
		const before = controls.values();
		await controls.apply({ frameSize: "SVGA", autoExposure: false, exposure: 100 });
		driver.history.length = 0;
		await controls.reset();
		assert.deepEqual(controls.values(), before);
		assert.sameMembers(
			driver.history,
			["framesize=6", "aec=1", "aec_value=300"],
			"those that differ, and nothing else",
		);
	});

	it("cannot be read or set while the camera restarts", async () => {
		const { controls, driver } = open();
		driver.restarting = true;
		assert.throws(() => controls.values(), "restarting");
		for (const changes of [{ mirror: true }, { frameRate: 5 }])
			assert.include(
				await controls.apply(changes).then(
					() => "applied",
					(error) => error.message,
				),
				"restarting",
			);
		driver.restarting = false;
		assert.equal(controls.values()["frameRate"], 0);
	});

	it("wait for each other, and are read before the next change begins", async () => {
		const { controls, driver } = open();
		driver.slow = true;
		const seen: string[] = [];
		const read = () => void seen.push(JSON.stringify(controls.changed()));
		const first = controls.apply({ brightness: 1 }, read);
		const second = controls.apply({ brightness: 2, frameRate: 5 }, read);
		const third = controls.reset(read);
		assert.deepEqual(driver.history, ["brightness=1"]);
		driver.flush();
		await Promise.all([first, second, third]);
		assert.deepEqual(seen, ['{"brightness":1}', '{"frameRate":5,"brightness":2}', "{}"]);
		assert.deepEqual(driver.history, ["brightness=1", "brightness=2", "brightness=0"]);
	});

	it("reject more changes than may wait, and those that wait when the camera is closed", async () => {
		const camera = new Camera({ io: FakeOv2640 });
		const controls = new Controls(camera);
		FakeOv2640.last.slow = true;
		const messages = [1, 2, 1, 2, 1, 2].map((brightness) =>
			controls.apply({ brightness }).then(
				() => "applied",
				(error) => error.message,
			),
		);
		assert.equal(await messages[5], "too many changes wait for the camera");
		camera.close();
		assert.deepEqual(await Promise.all(messages.slice(0, 5)), Array(5).fill("the camera was closed"));
	});

	it("reject a change if the sensor's bus is stuck, and go on", async () => {
		const { controls, driver } = open();
		driver.stuck = true;
		const message = controls.apply({ brightness: 1 }).then(
			() => "applied",
			(error) => error.message,
		);
		advance(1_500);
		assert.include(await message, "the camera's bus is stuck");
		await controls.apply({ brightness: 2 });
		assert.equal(controls.values()["brightness"], 2);
	});

	it("are set although a reader or a listener throws", async () => {
		const { controls } = open();
		const message = await controls
			.apply({ brightness: 1 }, () => {
				throw new Error("it cannot read");
			})
			.catch((error) => error.message);
		assert.equal(message, "it cannot read");
		await controls.apply({ mirror: true });
		assert.deepEqual(controls.changed(), { brightness: 1, mirror: true });
	});
});
