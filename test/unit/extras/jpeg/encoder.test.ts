import { assert } from "chai";
import { type EncoderOptions, JpegEncoder, type Subsampling } from "yieldcam/jpeg/encoder";
import type { PixelFormat } from "yieldcam/jpeg/pixel-format";
import { encode, hash, noise } from "./support/pictures.ts";
import { contents, takeApart } from "./support/segments.ts";

const APP0 = 0xe0,
	DQT = 0xdb,
	SOF0 = 0xc0,
	DHT = 0xc4,
	SOS = 0xda;

const noisy = noise(3 * 40 * 40);

function picture(options: Partial<EncoderOptions> = {}): ArrayBuffer {
	return encode({ width: 40, height: 40, format: "rgb888", ...options }, noisy);
}

function parts(options: Partial<EncoderOptions> = {}) {
	return takeApart(picture(options));
}

describe("a JPEG", () => {
	it("is a JFIF file with one baseline frame and one scan", () => {
		assert.deepEqual(
			parts().segments.map(({ marker }) => marker),
			[APP0, DQT, DQT, SOF0, DHT, DHT, DHT, DHT, SOS],
		);
		assert.deepEqual(contents(parts(), APP0), [[0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0]]);
		assert.deepEqual(contents(parts(), SOS), [[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]]);
	});

	it("has its size, and its components' sampling", () => {
		const frame = (options: Partial<EncoderOptions>) => contents(parts(options), SOF0);
		assert.deepEqual(frame({ width: 40, height: 17 }), [[8, 0, 17, 0, 40, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]]);
		assert.deepEqual(frame({ width: 300, height: 1, subsampling: "4:2:0" }), [
			[8, 0, 1, 1, 44, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
		]);
		assert.deepEqual(frame({ width: 16, height: 8, subsampling: "4:2:2" }), [
			[8, 0, 8, 0, 16, 3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1],
		]);
	});

	it("has one component if it is gray, whatever the subsampling", () => {
		for (const subsampling of ["4:4:4", "4:2:2", "4:2:0"] as const) {
			const gray = parts({ format: "grayscale", subsampling });
			assert.deepEqual(
				gray.segments.map(({ marker }) => marker),
				[APP0, DQT, SOF0, DHT, DHT, SOS],
			);
			assert.deepEqual(contents(gray, SOF0), [[8, 0, 40, 0, 40, 1, 1, 0x11, 0]]);
			assert.deepEqual(contents(gray, SOS), [[1, 1, 0x00, 0, 63, 0]]);
		}
	});

	it("has the tables of Annex K at quality 50, and libjpeg's scaling of them at others", () => {
		const beginnings = (quality: number) => contents(parts({ quality }), DQT).map((table) => table.slice(0, 9));
		assert.deepEqual(beginnings(50), [
			[0, 16, 11, 12, 14, 12, 10, 16, 14],
			[1, 17, 18, 18, 24, 21, 24, 47, 26],
		]);
		assert.deepEqual(beginnings(75), [
			[0, 8, 6, 6, 7, 6, 5, 8, 7],
			[1, 9, 9, 9, 12, 11, 12, 24, 13],
		]);
		assert.deepEqual(beginnings(10), [
			[0, 80, 55, 60, 70, 60, 50, 80, 70],
			[1, 85, 90, 90, 120, 105, 120, 235, 130],
		]);
		assert.deepEqual(contents(parts({ quality: 100 }), DQT), [
			[0, ...new Array<number>(64).fill(1)],
			[1, ...new Array<number>(64).fill(1)],
		]);
		assert.deepEqual(contents(parts({ quality: 1 }), DQT), [
			[0, ...new Array<number>(64).fill(255)],
			[1, ...new Array<number>(64).fill(255)],
		]);
	});

	it("has Huffman tables that fit their counts", () => {
		const tables = contents(parts(), DHT);
		assert.deepEqual(
			tables.map(([id]) => id),
			[0x00, 0x10, 0x01, 0x11],
		);
		for (const [, ...table] of tables) {
			const count = table.slice(0, 16).reduce((sum, codes) => sum + codes, 0);
			assert.equal(table.length, 16 + count);
			assert.equal(new Set(table.slice(16)).size, count);
		}
	});

	it("has no marker in its scan except stuffed bytes", () => {
		// takeApart() throws if it does.
		const { scan } = parts({ quality: 100 });
		assert.isAbove(
			scan.filter((byte, at) => byte === 0 && scan[at - 1] === 0xff).length,
			5,
			"the test has such bytes",
		);
	});

	it("is the same bytes on every engine", () => {
		const hashes = (format: PixelFormat) =>
			[5, 75, 100].flatMap((quality) =>
				(["4:4:4", "4:2:2", "4:2:0"] as const).map((subsampling) =>
					hash(encode({ width: 37, height: 29, format, quality, subsampling }, noisy)),
				),
			);
		assert.deepEqual(
			{ rgb888: hashes("rgb888"), rgb565le: hashes("rgb565le"), grayscale: hashes("grayscale") },
			{
				rgb888: [
					2_423_937_184, 1_218_319_090, 3_942_199_514, 1_903_058_822, 3_005_153_439, 2_556_344_500,
					3_216_150_498, 2_582_462_629, 892_618_331,
				],
				rgb565le: [
					148_456_659, 1_580_319_780, 2_071_306_847, 817_936_903, 3_872_015_362, 2_857_320_741, 3_565_631_963,
					3_707_102_171, 2_716_263_496,
				],
				grayscale: [
					4_293_826_443, 4_293_826_443, 4_293_826_443, 853_104_199, 853_104_199, 853_104_199, 1_156_989_378,
					1_156_989_378, 1_156_989_378,
				],
			},
		);
	});

	it("is the same from 16-bit pixels of either byte order", () => {
		const swapped = noisy.map((_, at) => noisy[at ^ 1]);
		for (const subsampling of ["4:4:4", "4:2:2", "4:2:0"] as const) {
			const options = { width: 37, height: 29, subsampling };
			assert.equal(
				hash(encode({ ...options, format: "rgb565be" }, swapped)),
				hash(encode({ ...options, format: "rgb565le" }, noisy)),
			);
		}
	});

	it("is the same for gray in colors, except for the chroma", () => {
		const gray = noisy.subarray(0, 64),
			colored = new Uint8Array(192).map((_, at) => gray[Math.floor(at / 3)]);
		const bits = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
		const luma = bits(takeApart(encode({ width: 8, height: 8, format: "grayscale" }, gray)).scan).replace(
			/1*$/,
			"",
		);
		const all = bits(takeApart(encode({ width: 8, height: 8, format: "rgb888" }, colored)).scan);
		assert.equal(all.slice(0, luma.length), luma);
		assert.match(all.slice(luma.length), /^1*(00){4}1{0,7}$/, "two blocks of nothing: no difference, end of block");
	});
});

describe("the encoder", () => {
	const black = [0, 0, 0];

	/** The picture's bytes in its format, given the color of each pixel. */
	function pixels(
		format: PixelFormat,
		width: number,
		height: number,
		color: (x: number, y: number) => readonly number[],
	): Uint8Array {
		const bytes: number[] = [];
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++) {
				const [red = 0, green = 0, blue = 0] = color(x, y);
				const word = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
				bytes.push(
					...(format === "grayscale"
						? [green]
						: format === "rgb888"
							? [red, green, blue]
							: format === "rgb565le"
								? [word & 0xff, word >> 8]
								: [word >> 8, word & 0xff]),
				);
			}
		}
		return Uint8Array.from(bytes);
	}

	const formats = ["rgb888", "rgb565le", "rgb565be", "grayscale"] as const;

	/** The encoder produces the same for a picture as for one that continues at its edges. */
	function sameAsPadded(
		format: PixelFormat,
		width: number,
		height: number,
		color: (x: number, y: number) => readonly number[],
		subsamplings: readonly Subsampling[] = ["4:4:4", "4:2:2", "4:2:0"],
	): void {
		for (const subsampling of subsamplings) {
			const mcuWidth = subsampling === "4:4:4" || format === "grayscale" ? 8 : 16,
				mcuHeight = subsampling !== "4:2:0" || format === "grayscale" ? 8 : 16;
			const whole = {
				width: Math.ceil(width / mcuWidth) * mcuWidth,
				height: Math.ceil(height / mcuHeight) * mcuHeight,
			};
			const padded = encode(
				{ ...whole, format, subsampling },
				pixels(format, whole.width, whole.height, (x, y) =>
					color(Math.min(x, width - 1), Math.min(y, height - 1)),
				),
			);
			const own = encode({ width, height, format, subsampling }, pixels(format, width, height, color));
			assert.deepEqual(
				takeApart(own).scan,
				takeApart(padded).scan,
				`${format} ${width}x${height} ${subsampling}`,
			);
		}
	}

	for (const format of formats) {
		it(`repeats the last column and row beyond the edges: ${format}`, () => {
			for (const [width, height] of [
				[1, 1],
				[2, 1],
				[7, 3],
				[8, 8],
				[9, 1],
				[9, 9],
				[10, 7],
				[15, 16],
				[16, 15],
				[17, 9],
				[18, 17],
				[23, 2],
			] as const)
				sameAsPadded(format, width, height, (x, y) =>
					Array.from(noisy.subarray(3 * (40 * y + x), 3 * (40 * y + x) + 3)),
				);
		});

		it(`detects a pixel of another color anywhere in a line of any length: ${format}`, () => {
			const others = [
				[0, 0, 255],
				[255, 0, 0],
				[0, 255, 0],
			];
			for (const width of format === "rgb888" || format === "rgb565le" ? [17, 18] : [17]) {
				for (const column of [0, 1, 6, 7, 8, width - 1]) {
					for (const row of [0, 7, 8]) {
						const other = others[(column + row) % 3];
						sameAsPadded(format, width, 9, (x, y) => (x === column && y === row ? other : black), [
							"4:4:4",
						]);
					}
				}
			}
		});
	}

	// Of one brightness, and of one value in the other component.
	for (const [component, one, other] of [
		["blue", [100, 107, 100], [100, 100, 136]],
		["red", [100, 125, 100], [149, 100, 100]],
	] as const) {
		it(`distinguishes two single-color blocks that differ only in ${component}`, () => {
			const of = (halves: readonly number[]) =>
				hash(
					encode(
						{ width: 16, height: 8, format: "rgb888", subsampling: "4:2:2" },
						pixels("rgb888", 16, 8, (x) => (halves.includes(x >> 3) ? other : one)),
					),
				);
			assert.equal(new Set([[], [0], [1], [0, 1]].map(of)).size, 4);
		});

		it(`distinguishes four single-color blocks that differ only in ${component}`, () => {
			const of = (quarters: readonly number[]) =>
				hash(
					encode(
						{ width: 16, height: 16, format: "rgb888", subsampling: "4:2:0" },
						pixels("rgb888", 16, 16, (x, y) => (quarters.includes((x >> 3) + 2 * (y >> 3)) ? other : one)),
					),
				);
			assert.equal(new Set([[], [0], [1], [2], [3], [0, 1], [0, 2], [0, 1, 2, 3]].map(of)).size, 8);
		});

		it(`detects variation within a block in ${component} only`, () => {
			for (const subsampling of ["4:4:4", "4:2:2", "4:2:0"] as const) {
				const of = (from: number, to: number) =>
					hash(
						encode(
							{ width: 16, height: 16, format: "rgb888", subsampling },
							pixels("rgb888", 16, 16, (x) => (x >= from && x < to ? other : one)),
						),
					);
				assert.equal(
					new Set([of(0, 0), of(0, 4), of(4, 8), of(8, 12), of(12, 16), of(2, 6)]).size,
					6,
					subsampling,
				);
			}
		});
	}

	it("has quality 75 and produces at most 20,480 bytes by default", () => {
		const strip = noise(64 * 8);
		const size = (blocks: number, options: Partial<EncoderOptions>): number => {
			const encoder = new JpegEncoder({ width: 8, height: 8 * blocks, format: "grayscale", ...options });
			for (let block = 0; block < blocks; block++) encoder.encode(strip.subarray(64 * (block & 7)));
			return encoder.finish().byteLength;
		};
		// The most blocks that fit: each takes a few bytes more.
		let blocks = 0;
		for (let step = 512; step >= 1; step /= 2) {
			if (size(blocks + step, { quality: 75, maxBytes: 100_000 }) <= 20_480) blocks += step;
		}
		assert.isAbove(size(blocks, {}), 20_400);
		assert.equal(size(blocks, {}), size(blocks, { quality: 75 }));
		assert.throws(() => size(blocks + 1, {}), RangeError, "the JPEG is larger than 20480 bytes");
	});

	it("accepts strips from one buffer, and a few MCUs of one at a time", () => {
		for (const [subsampling, format, pixelBytes] of [
			["4:4:4", "rgb565le", 2],
			["4:2:2", "rgb888", 3],
			["4:2:0", "rgb565le", 2],
			["4:2:0", "rgb888", 3],
			["4:4:4", "grayscale", 1],
		] as const) {
			const options = { width: 37, height: 39, format, subsampling };
			const whole = encode(options, noisy);
			const encoder = new JpegEncoder(options);
			const strip = new Uint8Array(encoder.stripBytes);
			const lines = [];
			while (encoder.line < 39) {
				lines.push(encoder.line);
				strip.fill(0xaa);
				strip.set(
					noisy.subarray(
						encoder.line * 37 * pixelBytes,
						Math.min(39, encoder.line + encoder.stripLines) * 37 * pixelBytes,
					),
				);
				let calls = 1;
				while (!encoder.encode(strip.buffer, 2)) calls++;
				assert.equal(calls, Math.ceil(37 / (encoder.mcuPixels / encoder.stripLines) / 2));
			}
			assert.deepEqual(lines, subsampling === "4:2:0" ? [0, 16, 32] : [0, 8, 16, 24, 32]);
			assert.equal(hash(encoder.finish()), hash(whole));
		}
	});

	it("accepts views that begin anywhere in a buffer", () => {
		const whole = hash(encode({ width: 16, height: 8, format: "rgb565le" }, noisy));
		for (const offset of [2, 4, 6]) {
			const moved = new Uint8Array(300);
			moved.set(noisy.subarray(0, 256), offset);
			assert.equal(
				hash(encode({ width: 16, height: 8, format: "rgb565le" }, moved.subarray(offset, offset + 256))),
				whole,
			);
			assert.equal(
				hash(encode({ width: 16, height: 8, format: "rgb565le" }, new Uint16Array(moved.buffer, offset, 128))),
				whole,
			);
		}
	});

	const refused: [options: Record<string, unknown>, message: RegExp][] = [
		[{ width: 0 }, /^width is 0, not an integer from 1 to 65535$/],
		[{ width: 65_536 }, /^width is 65536/],
		[{ height: 1.5 }, /^height is 1.5/],
		[{ height: NaN }, /^height is NaN/],
		[{ quality: 0 }, /^quality is 0, not an integer from 1 to 100$/],
		[{ quality: 101 }, /^quality is 101/],
		[{ quality: 74.5 }, /^quality is 74.5/],
		[{ quality: "80" }, /^quality is 80/],
		[{ maxBytes: -1 }, /^maxBytes is -1/],
		[{ format: "rgb24" }, /^the pixel format is rgb24, not rgb565le, rgb565be, rgb888 or grayscale$/],
		[{ format: "toString" }, /^the pixel format is toString/],
		[{ subsampling: "4:1:1" }, /^the subsampling is 4:1:1, not 4:4:4, 4:2:2 or 4:2:0$/],
	];
	for (const [options, message] of refused) {
		it(`rejects ${JSON.stringify(options)}`, () => {
			assert.throws(
				() => new JpegEncoder({ width: 8, height: 8, format: "rgb888", ...options }),
				RangeError,
				message,
			);
		});
	}

	it("rejects a strip with too few pixels", () => {
		const encoder = new JpegEncoder({ width: 20, height: 12, format: "rgb888" });
		assert.throws(
			() => encoder.encode(new ArrayBuffer(479)),
			RangeError,
			"a strip of 20x8 pixels takes 480 bytes, not 479",
		);
		encoder.encode(new ArrayBuffer(480));
		assert.throws(
			() => encoder.encode(new ArrayBuffer(239)),
			RangeError,
			"a strip of 20x4 pixels takes 240 bytes, not 239",
		);
		encoder.encode(new ArrayBuffer(240));
	});

	it("rejects finishing early or twice, and lines beyond the picture", () => {
		const encoder = new JpegEncoder({ width: 8, height: 16, format: "grayscale" });
		encoder.encode(new ArrayBuffer(64));
		assert.throws(() => encoder.finish(), "only 8 of 16 lines are encoded");
		encoder.encode(new ArrayBuffer(64));
		assert.throws(() => encoder.encode(new ArrayBuffer(64)), "all lines of the picture are encoded");
		encoder.finish();
		assert.throws(() => encoder.finish(), "the JPEG is already finished");
	});

	it("fails if the JPEG becomes too large", () => {
		const size = picture({ quality: 100 }).byteLength;
		assert.isAbove(size, 4_096, "several pieces");
		assert.equal(picture({ quality: 100, maxBytes: size }).byteLength, size);
		for (const maxBytes of [1, 700, 3_000, size - 1])
			assert.throws(
				() => picture({ quality: 100, maxBytes }),
				RangeError,
				`the JPEG is larger than ${maxBytes} bytes`,
			);
	});
});
