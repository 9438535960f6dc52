import { assert } from "chai";
import { capturing } from "../support/capturing.ts";
import { printed, programs } from "../support/program.ts";
import { Simulator } from "../support/simulator.ts";

/** Sets each of the controls in turn, and prints the result: the number in the status, or "-" if it was refused. */
function trying(...controls: readonly (readonly [name: string, ...values: number[]])[]): string {
	return `
		import EspCamera from "yieldcam/common/camera";
		const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 1, onReadable() {}, onError() {}, onRestart() {} });
		trace("sensor " + JSON.stringify(driver.sensor) + "\\n");
		const results = {};
		for (const [name, ...values] of ${JSON.stringify(controls)})
			results[name] = values.map(value => driver.set(name, value) ? driver.get(name) : "-").join(" ");
		trace("results " + JSON.stringify(results) + "\\n");
	`;
}

/** A status before anything is set. */
const INITIAL = `
	import EspCamera from "yieldcam/common/camera";
	const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 1, onReadable() {}, onError() {}, onRestart() {} });
	const names = ["quality", "sharpness", "awb", "awb_gain", "aec", "aec2", "agc", "agc_gain", "gainceiling", "bpc", "wpc", "raw_gma", "lenc", "dcw"];
	trace("initial " + names.map(name => name + " " + driver.get(name)).join(", ") + "\\n");
`;

const ON_OFF = [
	"awb",
	"awb_gain",
	"aec",
	"aec2",
	"agc",
	"bpc",
	"wpc",
	"raw_gma",
	"lenc",
	"hmirror",
	"vflip",
	"dcw",
	"colorbar",
];

describe("the OV2640", () => {
	const run = programs();

	it("refuses values off its scales, and controls that it does not have", async () => {
		const started = await run(
			trying(
				["brightness", -3, -2, 2, 3],
				["contrast", -3, -2, 2, 3],
				["saturation", -3, -2, 2, 3],
				["ae_level", -3, -2, 2, 3],
				["special_effect", -1, 0, 6, 7],
				["wb_mode", -1, 0, 4, 5],
				["sharpness", -1, 0, 1],
				["denoise", 0, 1],
			),
		);
		assert.deepEqual(JSON.parse(await printed(started, "results ")), {
			brightness: "- -2 2 -",
			contrast: "- -2 2 -",
			saturation: "- -2 2 -",
			ae_level: "- -2 2 -",
			special_effect: "- 0 6 -",
			wb_mode: "- 0 4 -",
			sharpness: "- - -",
			denoise: "- -",
		});
	});

	it("limits quality, exposure and gain, and checks no other number", async () => {
		const started = await run(
			trying(
				["quality", -1, 0, 63, 64],
				["aec_value", -1, 0, 1200, 1201],
				["agc_gain", -1, 0, 30, 31],
				["gainceiling", 0, 6, 9],
				...ON_OFF.map((name) => [name, 0, 1, 2] as const),
			),
		);
		assert.deepEqual(JSON.parse(await printed(started, "results ")), {
			quality: "0 0 63 63",
			aec_value: "0 0 1200 1200",
			agc_gain: "0 0 30 30",
			gainceiling: "0 6 9",
			...Object.fromEntries(ON_OFF.map((name) => [name, "0 1 2"])),
		});
	});

	it("shows its settings in its frames", async () => {
		const started = await run(
			capturing(`
			const frame = driver.read();
			// Eight bars need fewer bytes than the card.
			if (count === 1)
				trace("card " + (frame.byteLength > 8000 && driver.set("colorbar", 1)) + "\\n");
			if (frame.byteLength < 5000)
				trace("bars true\\n");
			frame.close();
		`),
		);
		assert.equal(await printed(started, "card "), "true");
		assert.equal(await printed(started, "bars "), "true");
	});

	it("starts with its driver's initial settings", async () => {
		assert.equal(
			await printed(await run(INITIAL), "initial "),
			"quality 12, sharpness 0, awb 1, awb_gain 1, aec 1, aec2 0, agc 1, agc_gain 0, gainceiling 0, bpc 0, wpc 1, raw_gma 1, lenc 1, dcw 1",
		);
	});
});

for (const [model, pid, maxFrameSize, sharpness] of [
	["OV3660", 0x3660, 19, 1],
	["OV5640", 0x5640, 23, 0],
] as const)
	describe(`the ${model}`, () => {
		const program = programs();
		const run = (source: string) => program(source, "--sensor", model);

		it("reports its model", async () => {
			const started = await run(trying());
			assert.deepEqual(JSON.parse(await printed(started, "sensor ")), {
				name: model,
				pid,
				maxFrameSize,
				jpeg: true,
			});
		});

		it("refuses values off its scales", async () => {
			const started = await run(
				trying(
					["contrast", -4, -3, 3, 4],
					["saturation", -5, -4, 4, 5],
					["sharpness", -4, -3, 3, 4],
					["denoise", -1, 0, 8, 9],
					["ae_level", -6, -5, 5, 6],
					["special_effect", -1, 0, 6, 7],
					["wb_mode", -1, 0, 4, 5],
				),
			);
			assert.deepEqual(JSON.parse(await printed(started, "results ")), {
				contrast: "- -3 3 -",
				saturation: "- -4 4 -",
				sharpness: "- -3 3 -",
				denoise: "- 0 8 -",
				ae_level: "- -5 5 -",
				special_effect: "- 0 6 -",
				wb_mode: "- 0 4 -",
			});
		});

		it("limits exposure to the lines of a frame, and gain, and checks no other number", async () => {
			const lines = model === "OV3660" ? 783 : 984;
			const started = await run(
				trying(
					["aec_value", 0, 700, 5000],
					["agc_gain", -1, 0, 64, 65],
					["brightness", -3, 3, 4],
					["gainceiling", 0, 248, 511],
					["quality", 0, 63, 64],
					...ON_OFF.map((name) => [name, 0, 1, 2] as const),
				),
			);
			assert.deepEqual(JSON.parse(await printed(started, "results ")), {
				aec_value: `0 700 ${lines}`,
				agc_gain: "0 0 64 64",
				brightness: "-3 3 4",
				gainceiling: "0 248 255",
				quality: "0 63 64",
				...Object.fromEntries(ON_OFF.map((name) => [name, "0 1 2"])),
			});
		});

		it("accepts the frame sizes up to its largest", async () => {
			const started = await run(trying(["framesize", 15, maxFrameSize, maxFrameSize + 1, 1]));
			assert.deepEqual(JSON.parse(await printed(started, "results ")), { framesize: `15 ${maxFrameSize} - 1` });
		});

		it("starts with its driver's initial settings", async () => {
			assert.equal(
				await printed(await run(INITIAL), "initial "),
				`quality 12, sharpness ${sharpness}, awb 1, awb_gain 0, aec 1, aec2 0, agc 1, agc_gain 0, gainceiling 248, bpc 1, wpc 1, raw_gma 1, lenc 1, dcw 1`,
			);
		});

		it("has registers with 16-bit addresses, up to three at a time", async () => {
			const started = await run(`
				import EspCamera from "yieldcam/common/camera";
				const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 1, onReadable() {}, onError() {}, onRestart() {} });
				driver.set("reg", 0x3500, 0xffffff, 0x012345);
				driver.set("reg", 0x3501, 0x00f0, 0xb7);
				trace("registers " + [driver.get("reg", 0x3500, 0xff), driver.get("reg", 0x3501, 0xffff), driver.set("pll", 0, 300, 1, 0, 3, 0, 1, 8), driver.set("pll", 0, 30, 16, 0, 3, 0, 1, 8), driver.set("pll", 0, 24, 1, 0, 3, 0, 1, 8)] + "\\n");
			`);
			assert.equal(await printed(started, "registers "), `1,45893,${model === "OV5640"},false,true`);
		});

		it("gives frames of its largest size", async function () {
			this.timeout(20_000);
			const started = await run(`
				import EspCamera from "yieldcam/common/camera";
				const driver = new EspCamera({
					frameSize: ${maxFrameSize}, quality: 12, frameBufferCount: 2, onError() {}, onRestart() {},
					onReadable() {
						const frame = driver.read();
						trace("frame " + frame.width + "x" + frame.height + "\\n");
						driver.close();
					},
				});
				driver.start();
			`);
			assert.equal(await printed(started, "frame "), model === "OV3660" ? "2048x1536" : "2560x1920");
		});
	});

describe("the GC0308", () => {
	it("ends the simulator, whose firmware reports why", async () => {
		const simulator = await Simulator.spawn(["--sensor", "GC0308"]);
		assert.equal(await simulator.exit, 1);
		assert.equal(
			simulator.errors,
			"yieldcam-sim: Error: camera init failed (0x106): the sensor GC0308 gives no JPEG, which streaming needs\n",
		);
	});
});
