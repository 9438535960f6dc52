import { assert } from "chai";
import { join } from "node:path";
import { capturing } from "../support/capturing.ts";
import { FaultySensor } from "../support/faulty-sensor.ts";
import { printed, programs } from "../support/program.ts";
import { emulated } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A program that opens the driver, and does not capture. */
function opened(body: string, options = ""): string {
	return `
		import EspCamera from "yieldcam/common/camera";
		const common = { frameSize: 6, quality: 12, frameBufferCount: 3, onReadable() {}, onError() {}, onRestart() {} };
		const driver = new EspCamera({ ...common, ${options} });
		${body}
	`;
}

/** A program that tries to open the driver. */
const FAILING = `
	import EspCamera from "yieldcam/common/camera";
	try {
		new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onReadable() {}, onError() {}, onRestart() {} });
	}
	catch (error) {
		trace("sensor " + error.sensor + "\\n");
		trace("error " + error.message + "\\n");
	}
`;

describe("the camera binding's settings", () => {
	const run = programs();

	it("are those of the sensor, which reports its model", async () => {
		const started = await run(opened(`trace("sensor " + JSON.stringify(driver.sensor) + "\\n");`));
		assert.deepEqual(JSON.parse(await printed(started, "sensor ")), {
			name: "OV2640",
			pid: 0x26,
			maxFrameSize: 15,
			jpeg: true,
		});
	});

	it("are accepted or refused by the sensor, and can be read back", async () => {
		const started = await run(
			opened(`
			trace("set " + [
				driver.set("brightness", 2), driver.set("brightness", 3), driver.set("sharpness", 0), driver.set("nonsense", 0),
				driver.set("hmirror", 1), driver.get("brightness"), driver.get("hmirror"), driver.get("nonsense"),
			] + "\\n");
		`),
		);
		assert.equal(await printed(started, "set "), "true,false,false,false,true,2,1,");
	});

	it("are all those for which the sensor has a function", async () => {
		const names = [
			"framesize",
			"quality",
			"brightness",
			"contrast",
			"saturation",
			"special_effect",
			"wb_mode",
			"awb",
			"awb_gain",
			"aec",
			"aec2",
			"ae_level",
			"aec_value",
			"agc",
			"agc_gain",
			"gainceiling",
			"bpc",
			"wpc",
			"raw_gma",
			"lenc",
			"hmirror",
			"vflip",
			"dcw",
			"colorbar",
		];
		const started = await run(
			opened(`
			const wrong = ${JSON.stringify(names)}.filter(name => !driver.set(name, 1) || driver.get(name) !== 1);
			trace("wrong " + wrong + "\\n");
		`),
		);
		assert.equal(await printed(started, "wrong "), "");
	});

	it("include the clock, and registers by number", async () => {
		const started = await run(
			opened(`
			trace("clock " + [driver.get("xclk"), driver.set("xclk", 16), driver.get("xclk"), driver.set("xclk", 0), driver.get("pixformat")] + "\\n");
			trace("registers " + [
				driver.set("reg", 0x111, 0xff, 0x5a), driver.set("reg", 0x111, 0x0f, 0x03), driver.get("reg", 0x111, 0xff), driver.get("reg", 0x111, 0xf0),
				driver.set("res_raw", 0, 0, 0, 0, 0, 0, 800, 600, 320, 240, 0, 0), driver.set("pll", 0, 0, 0, 0, 0, 0, 0, 0),
			] + "\\n");
		`),
		);
		assert.equal(await printed(started, "clock "), "20,true,16,false,4");
		assert.equal(await printed(started, "registers "), "true,true,83,80,true,false");
	});

	it("change frame size and quality while it captures, and no frame is reported with another's size", async () => {
		const started = await run(
			capturing(`
			const frame = driver.read();
			const bytes = new Uint8Array(frame);
			// The frame header (SOF0) of the JPEG contains the size too.
			let offset = 2;
			while (bytes[offset + 1] !== 0xc0)
				offset += 2 + (bytes[offset + 2] << 8 | bytes[offset + 3]);
			const width = bytes[offset + 7] << 8 | bytes[offset + 8];
			trace("frame " + frame.width + " " + (width === frame.width) + "\\n");
			frame.close();
			if (count === 3)
				trace("smaller " + driver.set("framesize", 1) + driver.set("quality", 30) + "\\n");
			if (count === 6)
				trace("larger " + driver.set("framesize", 10) + "\\n");
		`),
		);
		assert.equal(await printed(started, "smaller "), "truetrue");
		await printed(started, "frame 160");
		assert.equal(await printed(started, "larger "), "true");
		await printed(started, "frame 640");
		assert.notInclude(started.output, "false");
	});
});

describe("the camera binding's frame buffers", () => {
	const run = programs();

	it("are for the largest frame of the sensor, by default", async () => {
		const started = await run(
			opened(`
			trace("sizes " + [driver.set("framesize", 15), driver.get("framesize"), driver.set("framesize", 16), driver.set("framesize", -1), driver.get("framesize")] + "\\n");
		`),
		);
		assert.equal(await printed(started, "sizes "), "true,15,false,false,15");
	});

	it("are for no larger a frame than configured, and no larger size is accepted", async () => {
		const started = await run(
			opened(
				`
			// 240X240 has fewer pixels than HVGA and more than HQVGA, whatever their numbers.
			trace("sizes " + [driver.get("framesize"), driver.set("framesize", 10), driver.set("framesize", 9), driver.set("framesize", 5), driver.get("framesize")] + "\\n");
		`,
				"frameSize: 4, maxFrameSize: 5",
			),
		);
		assert.equal(await printed(started, "sizes "), "4,false,false,true,5");
	});

	it("are for a frame that the sensor has, even if a larger one is configured", async () => {
		const started = await run(opened(`trace("size " + driver.get("framesize") + "\\n");`, "frameSize: 24"));
		assert.equal(await printed(started, "size "), "15");
	});

	it("drop frames that overflow them, which is reported once", async () => {
		const started = await run(capturing("", "quality: 0, maxFrameSize: 6"));
		await started.until(() => started.errors.includes("frame buffer overflow"), "an overflow is reported");
		assert.equal(started.errors.split("overflow").length, 2);
	});

	for (const [count, mode, grabMode] of [
		[3, "latest", "latest"],
		[3, "whenEmpty", "whenEmpty"],
		[1, "latest", "whenEmpty"],
	] as const) {
		it(`are ${count} and grab ${grabMode} for ${count} with "${mode}"`, async () => {
			const started = await run(
				capturing(
					`
				trace("frame " + count + "\\n");
				driver.read().close();
			`,
					`frameBufferCount: ${count}, grabMode: "${mode}"`,
				),
			);
			await printed(started, "frame 5");
			assert.equal((await started.report()).buffers, count);
			assert.equal((await started.report()).grabMode, grabMode);
		});
	}

	describe("with little memory", () => {
		// Three buffers for VGA take 184,320 bytes, for QVGA 46,080.
		const run = programs({ host: ["--psram", "100000"] });

		it("are for the configured frame size", async () => {
			const started = await run(
				opened(`
				trace("sizes " + [driver.get("framesize"), driver.set("framesize", 5), driver.set("framesize", 6), driver.set("framesize", 7)] + "\\n");
			`),
			);
			assert.equal(await printed(started, "sizes "), "6,true,true,false");
		});

		it("are refused if not even that fits", async () => {
			const started = await run(FAILING.replace("frameSize: 6", "frameSize: 10"));
			assert.match(
				await printed(started, "error "),
				/^camera init failed \(0xffffffff\): .*memory.*smaller frame size/,
			);
		});
	});
});

describe("a sensor that gives no JPEG", () => {
	const run = programs({ host: ["--model", "GC0308"] });

	it("is named if the camera fails to start", async () => {
		const started = await run(FAILING);
		assert.equal(
			await printed(started, "error "),
			"camera init failed (0x106): the sensor GC0308 gives no JPEG, which streaming needs",
		);
		assert.equal(await printed(started, "sensor "), "GC0308");
	});
});

describe("a sensor that cannot be started", () => {
	const run = programs({ sensor: ["/nowhere/sensor"] });

	it("is reported with what to check", async function () {
		if (emulated) {
			console.log("    skipped, since the emulator does not report that a program cannot be started");
			this.skip();
		}
		const started = await run(FAILING);
		assert.match(await printed(started, "error "), /^camera init failed \(0x105\): .*check the pins.*power$/);
		assert.equal(await printed(started, "sensor "), "undefined");
	});
});

describe("a sensor that ends before its first frame", () => {
	const { path } = temporaryFolder();
	const run = programs({ sensor: new FaultySensor(join(path, "log"), "0 exit").command });

	it("ends the simulator with one clear line", async () => {
		const started = await run(capturing(""));
		assert.equal(await started.exit, 1);
		assert.equal(started.errors, "yieldcam-sim: the sensor process ended\n");
	});
});
