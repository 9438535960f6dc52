import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { JpegEncoder } from "../../src/extras/jpeg/encoder.ts";
import type { Memory } from "../../src/state/memory.ts";
import { allHome, capturing } from "../support/capturing.ts";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { FaultySensor } from "../support/faulty-sensor.ts";
import { Pixels } from "../support/pixels.ts";
import { printed, programRunner } from "../support/program.ts";
import { Simulator, timeLimit } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MEGABYTE = 1_048_576;
const PSRAM = ["--psram", String(8 * MEGABYTE)];
/** A QVGA frame takes 0.4 s. */
const SLOW = ["--decode-time", "5000"];

/**
 * A program that makes a bitmap of the first frame, runs `meanwhile`, and then runs `body` with the result in `made`.
 */
function making(body: string, meanwhile = ""): string {
	return (
		`
		import bitmap from "yieldcam/common/bitmap";
		import memory from "yieldcam/common/memory";
		let before, ticks = 0;
	` +
		capturing(
			`
		if (count > 1)
			return;
		const frame = driver.read();
		before = memory().psram?.free;
		bitmap(frame).then(made => { ${body} }, error => trace("error " + error.message + "\\n"));
		frame.close();
		trace("converting\\n");
		${meanwhile}
	`,
			"maxFrameSize: 6,",
		)
	);
}

describe("a bitmap of a frame", function () {
	this.timeout(timeLimit(20_000));
	const { path } = temporaryFolder();
	const run = programRunner();

	it("has its own memory, which is freed once and leaves its views empty", async () => {
		const started = await run(
			making(`
			const view = new Uint8Array(made), length = made.byteLength;
			const taken = before - memory().psram.free;
			made.close();
			made.close();
			trace("closed " + JSON.stringify({ length, taken: taken >= length, back: memory().psram.free >= before, after: [made.byteLength, view.length] }) + "\\n");
			driver.stop();
		`),
			{ host: PSRAM },
		);
		assert.deepEqual(JSON.parse(await printed(started, "closed ")), {
			length: 230_454,
			taken: true,
			back: true,
			after: [0, 0],
		});
		await allHome(started);
	});

	it("cannot be written to", async () => {
		const started = await run(
			making(`
			try {
				new Uint8Array(made)[0] = 1;
			}
			catch (error) {
				trace("refused " + error.name + "\\n");
			}
		`),
			{},
		);
		assert.equal(await printed(started, "refused "), "TypeError");
	});

	it("is freed by the next garbage collection if the script forgot it", async () => {
		const started = await run(
			making(`
			trace("made " + made.byteLength + "\\n");
			made = undefined;
			driver.close();
			Timer.repeat(() => trace("free " + memory().psram.free + "\\n"), 50);
		`),
			{ host: PSRAM },
		);
		assert.equal(await printed(started, "made "), "230454");
		await started.report();
		await started.until(() => started.output.includes(`free ${8 * MEGABYTE}\n`), "the memory is back");
	});

	it("is made while the script runs, and its camera is closed and another one opened", async () => {
		const started = await run(
			making(
				`
			trace("made " + made.byteLength + " after " + ticks + "\\n");
		`,
				`
			Timer.repeat(() => {
				ticks++;
				for (let i = 0; i < 3000; i++)
					({});
			}, 10);
			driver.close();
			const other = new EspCamera({ frameSize: 5, maxFrameSize: 5, quality: 12, frameBufferCount: 2, onError() {}, onReadable() {
				const frame = other.read();
				trace("meanwhile " + frame.width + "\\n");
				frame.close();
			} });
			other.start();
		`,
			),
			{ host: SLOW },
		);
		const [, length, ticks] = /^(\d+) after (\d+)$/.exec(await printed(started, "made "))!;
		assert.equal(length, "230454");
		assert.isAbove(Number(ticks), 5);
		assert.isBelow(started.output.indexOf("meanwhile 240"), started.output.indexOf("made"));
	});

	it("is abandoned if the simulator ends before it is made", async () => {
		const started = await run(making(""), { host: SLOW });
		await printed(started, "converting");
		assert.equal(await started.stop(), 0);
		assert.equal(started.errors, "");
	});

	it("is not made of a frame that is not a JPEG", async () => {
		const sensor = new FaultySensor(join(path, "log"), "good");
		const started = await run(making(""), { sensor: sensor.command, host: PSRAM });
		assert.equal(await printed(started, "error "), "the frame cannot be decoded: it is damaged");
	});

	it("is not made of an empty frame, or without a frame", async () => {
		const started = await run(
			`
			import bitmap from "yieldcam/common/bitmap";
			bitmap(new ArrayBuffer(0)).catch(error => trace("empty " + error.message + "\\n"));
			bitmap("frame").catch(error => trace("none " + error.message + "\\n"));
		`,
			{},
		);
		assert.match(await printed(started, "empty "), /it is not a JPEG/);
		assert.match(await printed(started, "none "), /buffer/);
	});
});

describe("/bmp in the simulator", function () {
	this.timeout(timeLimit(20_000));
	let simulator: Simulator;

	afterEach(() => simulator.stop());

	async function free(): Promise<number> {
		const { memory } = (await (await fetch(`${simulator.url}/api/state`)).json()) as { memory: Memory };
		return memory.psram!.free;
	}

	async function setFrameSize(name: string): Promise<void> {
		const { status } = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ frameSize: name }),
		});
		assert.equal(status, 200);
	}

	describe("with pictures of a width that is not a multiple of four", () => {
		const { path } = temporaryFolder();

		it("pads the rows to whole words", async () => {
			const jpeg = drawJpeg(33, 17);
			writeFileSync(join(path, "one.jpg"), jpeg);
			simulator = await Simulator.start(["--frames", path]);
			const bitmap = Buffer.from(await (await fetch(`${simulator.url}/bmp`)).arrayBuffer());
			assert.equal(bitmap.length, 54 + 100 * 17);
			const pixels = Pixels.ofBitmap(bitmap),
				expected = await Pixels.of(jpeg);
			assert.deepEqual([pixels.width, pixels.height], [33, 17]);
			assert.isBelow(pixels.difference(expected), 4);
			for (let y = 0; y < 17; y++) assert.equal(bitmap[54 + 100 * y + 99], 0);
		});
	});

	describe("with a picture that baseline JPEG has in another way", () => {
		const { path } = temporaryFolder();
		/** The offset of a segment in a JPEG. */
		const segment = (jpeg: Buffer, marker: number): number => jpeg.indexOf(Buffer.from([0xff, marker]));
		const gray = (): Buffer => {
			const encoder = new JpegEncoder({ width: 64, height: 48, format: "grayscale" });
			for (let line = 0; line < 48; line += encoder.stripLines)
				encoder.encode(Uint8Array.from({ length: 64 * encoder.stripLines }, (_, i) => (i % 64) * 3 + line));
			return Buffer.from(encoder.finish());
		};
		const color = (): Buffer => Buffer.from(drawJpeg(64, 48));

		for (const [what, draw, change] of [
			["gray", gray, (jpeg: Buffer) => jpeg],
			// The factors of a single component mean nothing (T.81, A.2.2).
			...[0x22, 0x21, 0x12, 0x44].map(
				(factors) =>
					[
						`gray with the sampling factors ${factors.toString(16).split("").join("x")}`,
						gray,
						(jpeg: Buffer) => {
							jpeg[segment(jpeg, 0xc0) + 11] = factors;
							return jpeg;
						},
					] as const,
			),
			[
				"extended sequential",
				color,
				(jpeg: Buffer) => {
					jpeg[segment(jpeg, 0xc0) + 1] = 0xc1;
					return jpeg;
				},
			],
			[
				"with fill bytes and an empty comment",
				color,
				(jpeg: Buffer) =>
					Buffer.concat([
						jpeg.subarray(0, segment(jpeg, 0xdb)),
						Buffer.from([0xff, 0xff, 0xff, 0xfe, 0, 2, 0xff, 0xff]),
						jpeg.subarray(segment(jpeg, 0xdb)),
					]),
			],
		] as const)
			it(`decodes it: ${what}`, async () => {
				const plain = draw(),
					jpeg = change(Buffer.from(plain));
				writeFileSync(join(path, "one.jpg"), jpeg);
				simulator = await Simulator.start(["--frames", path]);
				const response = await fetch(`${simulator.url}/bmp`);
				assert.equal(response.status, 200);
				const pixels = Pixels.ofBitmap(Buffer.from(await response.arrayBuffer()));
				assert.deepEqual([pixels.width, pixels.height], [64, 48]);
				assert.isBelow(pixels.difference(await Pixels.of(plain)), 4);
			});
	});

	describe("with a JPEG that the board's decoder does not know", () => {
		const { path } = temporaryFolder();
		/** The offset of the frame header in a JPEG. */
		const header = (jpeg: Buffer): number => jpeg.indexOf(Buffer.from([0xff, 0xc0]));

		for (const [what, change, reason] of [
			[
				"progressive",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 1] = 0xc2),
				/: it is progressive, and the decoder knows baseline JPEG only\n/,
			],
			["lossless", (jpeg: Buffer) => (jpeg[header(jpeg) + 1] = 0xc3), /: it is lossless, and/],
			["hierarchical", (jpeg: Buffer) => (jpeg[header(jpeg) + 1] = 0xc5), /: it is hierarchical, and/],
			[
				"with arithmetic coding",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 1] = 0xc9),
				/: its coding is arithmetic, and/,
			],
			[
				"progressive with arithmetic coding",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 1] = 0xca),
				/: it is progressive, with arithmetic coding, and/,
			],
			["of 12 bits", (jpeg: Buffer) => (jpeg[header(jpeg) + 4] = 12), /its samples have 12 bits/],
			[
				"of 12 bits, extended",
				(jpeg: Buffer) => {
					jpeg[header(jpeg) + 4] = 12;
					jpeg[header(jpeg) + 1] = 0xc1;
				},
				/its samples have 12 bits/,
			],
			[
				"with steps of 16 bits",
				(jpeg: Buffer) => (jpeg[jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 4] = 0x10),
				/its quantization tables have 16 bits/,
			],
			[
				"with a third Huffman table",
				(jpeg: Buffer) => (jpeg[jpeg.indexOf(Buffer.from([0xff, 0xc4])) + 4] = 0x02),
				/more than two pairs of Huffman tables/,
			],
			[
				"with one Huffman table for all components",
				(jpeg: Buffer) => (jpeg[jpeg.indexOf(Buffer.from([0xff, 0xda])) + 8] = 0),
				/other Huffman tables than the decoder expects/,
			],
			[
				"without a quantization table",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 12] = 3),
				/it lacks a quantization table/,
			],
			[
				"of 4:4:4 with the factors 1x2",
				(jpeg: Buffer) => [11, 14, 17].forEach((at) => (jpeg[header(jpeg) + at] = 0x12)),
				/the sampling factors 1x2, 1x2 and 1x2, and the decoder knows only 1x1, 2x1 or 2x2 for the first and 1x1 for the others\n/,
			],
			[
				"of red, green and blue, as Adobe's segment says",
				// In place of JFIF's, with two fill bytes.
				(jpeg: Buffer) => jpeg.write("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00\xff\xff", 2, "latin1"),
				/its colors are red, green and blue/,
			],
			[
				"of red, green and blue, as its components are called",
				(jpeg: Buffer) => {
					jpeg.write("\xff\xfe", 2, "latin1"); // a comment in place of JFIF's segment
					for (const [at, name] of [...Buffer.from("RGB")].entries()) jpeg[header(jpeg) + 10 + 3 * at] = name;
				},
				/its colors are red, green and blue/,
			],
			[
				"of four components, with Adobe's segment",
				(jpeg: Buffer) => {
					jpeg.write("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00\xff\xff", 2, "latin1");
					jpeg[header(jpeg) + 9] = 4;
				},
				/neither one nor three color components/,
			],
			[
				"with other sampling of the brightness",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 11] = 0x14),
				/the sampling factors 1x4, 1x1 and 1x1, and/,
			],
			[
				"with other sampling of a color",
				(jpeg: Buffer) => (jpeg[header(jpeg) + 17] = 0x21),
				/1x1 and 2x1, and the decoder knows only/,
			],
			[
				"with its components in scans of their own",
				(jpeg: Buffer) => {
					const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
					// One component. An empty comment takes the place of the others.
					jpeg.set([0xff, 0xfe, 0, 2, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0], scan);
				},
				/its color components come one after the other/,
			],
			[
				"damaged",
				(jpeg: Buffer) => jpeg.fill(0x55, jpeg.indexOf(Buffer.from([0xff, 0xda])) + 14, jpeg.length - 2),
				/: it is damaged\n/,
			],
			[
				"with a table that is damaged",
				// Huffman codes of which there are more than bits can tell apart.
				(jpeg: Buffer) =>
					jpeg.fill(
						0xff,
						jpeg.indexOf(Buffer.from([0xff, 0xc4])) + 5,
						jpeg.indexOf(Buffer.from([0xff, 0xc4])) + 8,
					),
				/: it is damaged\n/,
			],
		] as const) {
			it(`reports why: ${what}`, async () => {
				const jpeg = drawJpeg(32, 16);
				change(jpeg);
				writeFileSync(join(path, "one.jpg"), jpeg);
				simulator = await Simulator.start(["--frames", path]);
				const response = await fetch(`${simulator.url}/bmp`);
				assert.equal(response.status, 503);
				assert.match(await response.text(), reason);
			});
		}
	});

	describe("with a picture of 12 megapixels", () => {
		const { path } = temporaryFolder();

		it("fails for lack of memory, as on a board, and is made in the host's profile", async () => {
			writeFileSync(join(path, "large.jpg"), drawJpeg(4_000, 3_000));
			for (const [profile, status] of [
				["board", 503],
				["host", 200],
			] as const) {
				simulator = await Simulator.start(["--frames", path, "--profile", profile]);
				const response = await fetch(`${simulator.url}/bmp`);
				assert.equal(response.status, status, profile);
				if (status === 503)
					assert.equal(
						await response.text(),
						"no memory for a bitmap of 4000 by 3000 pixels, three bytes each\n",
					);
				await simulator.stop();
			}
		});
	});

	it("reports if there is no memory, and the other routes go on", async () => {
		simulator = await Simulator.start([], { host: ["--psram", String(4 * MEGABYTE)] });
		await setFrameSize("UXGA");
		const response = await fetch(`${simulator.url}/bmp`);
		assert.equal(response.status, 503);
		assert.equal(await response.text(), "no memory for a bitmap of 1600 by 1200 pixels, three bytes each\n");
		assert.equal((await fetch(`${simulator.url}/capture`)).status, 200);
		await setFrameSize("QVGA");
		assert.equal((await fetch(`${simulator.url}/bmp`)).status, 200);
	});

	it("leaves no memory behind, ten times", async () => {
		simulator = await Simulator.start([], { host: [...PSRAM, "--decode-time", "0"] });
		const once = async (): Promise<void> => {
			const response = await fetch(`${simulator.url}/bmp`, { headers: { Connection: "close" } });
			assert.equal((await response.arrayBuffer()).byteLength, 230_454);
		};
		await once();
		const before = await simulator.idle(500),
			freeBefore = await free();
		for (let i = 0; i < 10; i++) await once();
		const after = await simulator.idle(500);
		assert.equal(await free(), freeBefore);
		assert.isAtMost(after.slots, before.slots + 16);
		assert.isAtMost(after.chunks, before.chunks + 1_024);
	});

	it("leaves no memory behind for clients that disconnect: while it waits, while it converts, while it sends", async () => {
		simulator = await Simulator.start([], { host: [...PSRAM, ...SLOW] });
		assert.equal((await fetch(`${simulator.url}/capture`, { headers: { Connection: "close" } })).status, 200);
		await simulator.idle(500);
		const before = await free();
		// Three wait, the first of them for its conversion.
		const leaving = new AbortController();
		const asked = Array.from({ length: 3 }, () =>
			fetch(`${simulator.url}/bmp`, { signal: leaving.signal }).catch((error: Error) => error.name),
		);
		for (;;) {
			if ((await free()) < before - 8_000) break;
		}
		leaving.abort();
		assert.deepEqual(await Promise.all(asked), ["AbortError", "AbortError", "AbortError"]);
		while ((await free()) !== before) continue;
		const sending = await fetch(`${simulator.url}/bmp`);
		assert.isBelow(await free(), before - 200_000);
		await sending.body!.cancel();
		while ((await free()) !== before) continue;
		await allHome(simulator);
	});
});
