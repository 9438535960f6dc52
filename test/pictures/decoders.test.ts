import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Drawing } from "../../src/extras/drawing/drawing.ts";
import type { JpegOptions } from "../../src/extras/jpeg/encoder.ts";
import type { PixelFormat } from "../../src/extras/jpeg/pixel-format.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { decodeJpeg, encodeByLibjpeg, largestDifference, paintRgba, psnr, type Rgba } from "../support/rgba.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encode, noise } from "../unit/extras/jpeg/support/pictures.ts";

const FORMATS = ["rgb565le", "rgb565be", "rgb888", "grayscale"] as const;
const SUBSAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"] as const;

/** The pixels as the format stores them. Gray is the mean of the three. */
function pixels({ data }: Rgba, format: PixelFormat): Uint8Array {
	const bytes: number[] = [];
	for (let at = 0; at < data.length; at += 4) {
		const red = data[at],
			green = data[at + 1],
			blue = data[at + 2];
		const word =
			(Math.round((red * 31) / 255) << 11) |
			(Math.round((green * 63) / 255) << 5) |
			Math.round((blue * 31) / 255);
		if (format === "rgb888") bytes.push(red, green, blue);
		else if (format === "grayscale") bytes.push(Math.round((red + green + blue) / 3));
		else bytes.push(...(format === "rgb565le" ? [word & 255, word >> 8] : [word >> 8, word & 255]));
	}
	return Uint8Array.from(bytes);
}

/** What the format keeps of a picture: what a lossless JPEG would show. */
function inFormat(picture: Rgba, format: PixelFormat): Rgba {
	const coarse = (value: number, most: number) => Math.round((Math.round((value * most) / 255) * 255) / most);
	return paintRgba(picture.width, picture.height, (x, y) => {
		const at = 4 * (y * picture.width + x);
		const [red, green, blue] = [picture.data[at], picture.data[at + 1], picture.data[at + 2]];
		const gray = Math.round((red + green + blue) / 3);
		return format === "rgb888"
			? [red, green, blue]
			: format === "grayscale"
				? [gray, gray, gray]
				: [coarse(red, 31), coarse(green, 63), coarse(blue, 31)];
	});
}

const made: ArrayBuffer[] = [];

function jpeg(picture: Rgba, format: PixelFormat, options: JpegOptions = {}): ArrayBuffer {
	const { width, height } = picture;
	const encoded = encode({ width, height, format, ...options }, pixels(picture, format));
	made.push(encoded);
	return encoded;
}

const random = noise(3 * 320 * 240);
const scenes = {
	gradient: paintRgba(320, 240, (x, y) => [(x * 255) / 319, (y * 255) / 239, 128 + 127 * Math.sin(x / 20 + y / 30)]),
	noise: paintRgba(
		320,
		240,
		(x, y) => [...random.subarray(3 * (y * 320 + x), 3 * (y * 320 + x) + 3)] as [number, number, number],
	),
	photograph: paintRgba(320, 240, (x, y) => {
		const texture = Math.sin(x / 7) * Math.cos(y / 9) * 60 + random[y * 320 + x] / 13;
		return [120 + texture + x / 4, 100 + texture, 90 - texture + y / 3];
	}),
};

describe("decoding the encoder's JPEGs", function () {
	this.timeout(60_000);

	const colors = {
		red: [255, 0, 0],
		blue: [0, 0, 255],
		green: [0, 255, 0],
		white: [255, 255, 255],
		black: [0, 0, 0],
		orange: [255, 128, 0],
		slate: [49, 73, 82],
	} as const;
	for (const format of FORMATS) {
		it(`shows one color as that color, from ${format}`, async () => {
			for (const [name, color] of Object.entries(colors)) {
				const flat = paintRgba(40, 24, () => color);
				for (const subsampling of SUBSAMPLINGS)
					for (const [quality, tolerance] of [
						[75, 3],
						[100, 1],
					] as const) {
						const decoded = await decodeJpeg(jpeg(flat, format, { quality, subsampling }));
						assert.isAtMost(
							largestDifference(decoded, inFormat(flat, format)),
							tolerance,
							`${name}, ${quality}, ${subsampling}`,
						);
					}
			}
		});

		it(`shows any size to its edges, from ${format}`, async () => {
			for (const [width, height] of [
				[1, 1],
				[7, 5],
				[8, 8],
				[9, 1],
				[1, 17],
				[15, 16],
				[16, 15],
				[17, 33],
				[319, 3],
			] as const) {
				// Steps of four pixels, so that no column or row can be taken for another.
				const picture = paintRgba(width, height, (x, y) => [((x >> 2) * 60) % 241, ((y >> 2) * 60) % 241, 100]);
				const expected = inFormat(picture, format);
				const sharp = await decodeJpeg(jpeg(picture, format, { quality: 100 }));
				assert.isAtMost(largestDifference(sharp, expected), 3, `${width}x${height}`);
				const subsampled = await decodeJpeg(jpeg(picture, format, { quality: 100, subsampling: "4:2:0" }));
				assert.isAbove(
					psnr(subsampled, expected),
					format === "grayscale" ? 50 : 18,
					`${width}x${height}, 4:2:0`,
				);
			}
		});
	}

	for (const [name, picture] of Object.entries(scenes)) {
		it(`${name}: is as good as libjpeg's, and hardly larger`, async () => {
			for (const quality of [10, 30, 50, 75, 90, 95, 100]) {
				const theirs = encodeByLibjpeg(picture, quality);
				// What libjpeg's encoder subsamples is the same at each quality but the highest.
				const ours = jpeg(picture, "rgb888", { quality, subsampling: quality === 100 ? "4:4:4" : "4:2:0" });
				const goodness = psnr(await decodeJpeg(ours), picture),
					measure = psnr(await decodeJpeg(theirs), picture);
				assert.isAbove(goodness, measure - 0.1, `dB at ${quality}`);
				// Theirs has Huffman tables made for each picture, except here.
				assert.isBelow(
					ours.byteLength,
					quality === 100 ? 1.45 * theirs.byteLength : 1.25 * theirs.byteLength + 600,
					`bytes at ${quality}`,
				);
			}
		});

		it(`${name}: is better with higher quality, and without subsampling`, async () => {
			for (const subsampling of SUBSAMPLINGS) {
				let last = { decibels: 0, bytes: 0 };
				for (const quality of [1, 10, 40, 80, 100]) {
					const encoded = jpeg(picture, "rgb888", { quality, subsampling });
					const decibels = psnr(await decodeJpeg(encoded), picture),
						bytes = encoded.byteLength;
					assert.isAtLeast(decibels, last.decibels - 0.1, `${subsampling} at ${quality}`);
					assert.isAbove(bytes, last.bytes, `${subsampling} at ${quality}`);
					last = { decibels, bytes };
				}
				if (subsampling === "4:4:4") assert.isAbove(last.decibels, 49, "only rounding loses anything");
			}
		});
	}

	it("keeps places and colors of a drawing", async () => {
		const drawing = new Drawing({ width: 100, height: 50, background: 0xffffff })
			.rectangle(10, 10, 30, 20, 0xff0000)
			.rectangle(60, 5, 20, 40, 0x0000ff);
		const buffer = new ArrayBuffer(2 * 100 * 50);
		drawing.paint(buffer);
		const encoded = encode({ width: 100, height: 50, format: "rgb565le", quality: 90 }, new Uint8Array(buffer));
		made.push(encoded);
		const expected = paintRgba(100, 50, (x, y) =>
			x >= 10 && x < 40 && y >= 10 && y < 30
				? [255, 0, 0]
				: x >= 60 && x < 80 && y >= 5 && y < 45
					? [0, 0, 255]
					: [255, 255, 255],
		);
		assert.isAtMost(largestDifference(await decodeJpeg(encoded), expected), 40);
		assert.isAbove(psnr(await decodeJpeg(encoded), expected), 35);
	});

	describe("strictly", () => {
		const folder = temporaryFolder();

		it("ffmpeg finds no fault with any of them", async function () {
			assert.isAbove(made.length, 200);
			const file = join(folder.path, "all.mjpeg");
			writeFileSync(file, Buffer.concat(made.map((each) => Buffer.from(each))));
			const { hashes } = await decode(ffmpegProgram(this), made.length, "-f", "mjpeg", "-i", file);
			assert.equal(hashes.length, made.length);
		});
	});
});
