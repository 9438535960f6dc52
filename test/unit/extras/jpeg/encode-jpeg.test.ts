import { assert } from "chai";
import Timer from "timer";
import { encodeJpeg } from "yieldcam/jpeg/encode-jpeg";
import { settled as settledBeside } from "../../support/settled.ts";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";
import { encode, hash, noise } from "./support/pictures.ts";

const noisy = noise(2 * 160 * 40);

/** Runs the loop until there is nothing left to do; the promise's own continuations come after that. */
async function settled<T>(promise: Promise<T>): Promise<T> {
	while (pendingTimers() > 0) advance(1);
	return promise;
}

describe("encoding without blocking the loop", () => {
	afterEach(resetClock);

	it("paints each strip once, into the same buffer", async () => {
		for (const [subsampling, expected] of [
			[
				"4:4:4",
				[
					[0, 8],
					[8, 8],
					[16, 8],
					[24, 3],
				],
			],
			[
				"4:2:0",
				[
					[0, 16],
					[16, 11],
				],
			],
		] as const) {
			const painted: [top: number, lines: number][] = [],
				buffers = new Set<ArrayBuffer>();
			const source = {
				width: 160,
				height: 27,
				format: "rgb565le" as const,
				paint(strip: ArrayBuffer, top: number, lines: number) {
					painted.push([top, lines]);
					buffers.add(strip);
					new Uint8Array(strip).set(noisy.subarray(320 * top, 320 * (top + lines)));
				},
			};
			const jpeg = await settled(encodeJpeg(source, { subsampling }));
			assert.deepEqual(painted, expected as never);
			assert.equal(buffers.size, 1);
			assert.equal(hash(jpeg), hash(encode({ width: 160, height: 27, format: "rgb565le", subsampling }, noisy)));
		}
	});

	it("accepts a whole picture without a copy", async () => {
		const expected = hash(encode({ width: 160, height: 27, format: "rgb565le", quality: 40 }, noisy));
		const picture = { width: 160, height: 27, format: "rgb565le" } as const;
		for (const pixels of [noisy, noisy.slice().buffer, new Uint16Array(noisy.buffer, 0, 160 * 27)])
			assert.equal(hash(await settled(encodeJpeg({ ...picture, pixels }, { quality: 40 }))), expected);
	});

	it("yields to others between parts of a strip", async () => {
		const order: string[] = [];
		const other = (): void => {
			order.push("other");
			if (order.length < 5) Timer.set(other, 0);
		};
		Timer.set(other, 0);
		const source = {
			width: 160,
			height: 16,
			format: "grayscale" as const,
			paint: (_strip: ArrayBuffer, top: number) => void order.push(`line ${top}`),
		};
		await settled(encodeJpeg(source));
		assert.deepEqual(order, ["line 0", "other", "other", "line 8", "other"]);
	});

	it("encodes one picture after the other, whatever happened to the ones before", async () => {
		const order: string[] = [];
		const source = (name: string, fails = false) => ({
			width: 160,
			height: 16,
			format: "rgb565le" as const,
			paint(strip: ArrayBuffer, top: number) {
				order.push(`${name} ${top}`);
				if (fails) throw new Error(name);
				new Uint8Array(strip).set(noisy.subarray(320 * top, 320 * (top + 8)));
			},
		});
		const jpegs = [source("a"), source("b", true), source("c"), source("d")].map((picture) =>
			encodeJpeg(picture).then(hash, (error: Error) => error.message),
		);
		const expected = hash(encode({ width: 160, height: 16, format: "rgb565le" }, noisy));
		assert.deepEqual(await settledBeside(Promise.all(jpegs)), [expected, "b", expected, expected]);
		assert.deepEqual(order, ["a 0", "a 8", "b 0", "c 0", "c 8", "d 0", "d 8"]);
		assert.equal(hash(await settled(encodeJpeg(source("e")))), expected, "at once again");
	});

	const failing: [what: string, picture: () => Promise<ArrayBuffer>, message: string][] = [
		[
			"a size that no JPEG has",
			() => encodeJpeg({ width: 0, height: 8, format: "rgb888", pixels: noisy }),
			"width is 0, not an integer from 1 to 65535",
		],
		[
			"too few pixels",
			() => encodeJpeg({ width: 160, height: 81, format: "grayscale", pixels: noisy }),
			"81 lines of pixels take 12960 bytes, not 12800",
		],
		[
			"a JPEG that becomes too large",
			() => encodeJpeg({ width: 160, height: 40, format: "rgb565le", pixels: noisy }, { maxBytes: 2_500 }),
			"the JPEG is larger than 2500 bytes",
		],
		[
			"a painter that throws",
			() =>
				encodeJpeg({
					width: 8,
					height: 8,
					format: "rgb888",
					paint() {
						throw new Error("no paint");
					},
				}),
			"no paint",
		],
		[
			"a painter that throws later",
			() =>
				encodeJpeg({
					width: 160,
					height: 16,
					format: "rgb888",
					paint(_strip, top) {
						if (top) throw new Error("no paint left");
					},
				}),
			"no paint left",
		],
	];
	for (const [what, start, message] of failing) {
		it(`rejects for ${what}, and stops`, async () => {
			const outcome = start().then(
				() => "encoded",
				(error: Error) => error.message,
			);
			assert.equal(await settled(outcome), message);
			assert.equal(pendingTimers(), 0);
		});
	}
});
