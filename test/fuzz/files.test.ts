import { assert } from "chai";
import fc from "fast-check";
import { Camera } from "yieldcam/camera/camera";
import { ControlError } from "yieldcam/controls/control-error";
import { Controls, type Described } from "yieldcam/controls/controls";
import { jpegSize } from "yieldcam/pictures/jpeg-size";
import { Settings } from "yieldcam/settings/settings";
import { MultipartParser } from "../../page/connection/multipart-parser.ts";
import { FakeOv2640 } from "../unit/support/fake-ov2640.ts";
import { check, checkAsync, patience } from "./support/check.ts";
import { bytesOf, pieces, spoiled, splits } from "./support/inputs.ts";

const segment = fc
	.tuple(fc.constantFrom(0xe0, 0xdb, 0xc4, 0xfe, 0xdd), fc.uint8Array({ maxLength: 20 }))
	.map(([marker, bytes]) => [0xff, marker, 0, bytes.length + 2, ...bytes]);
const entropy = fc.array(
	fc.oneof(
		fc.nat(254).map((byte) => [byte]),
		fc.constant([0xff, 0x00]),
		fc.integer({ min: 0xd0, max: 0xd7 }).map((marker) => [0xff, marker]),
	),
	{ maxLength: 20 },
);

/** A JPEG's markers, and its size. */
const jpeg = fc
	.record({
		width: fc.integer({ min: 1, max: 65_535 }),
		height: fc.integer({ min: 1, max: 65_535 }),
		sof: fc.constantFrom(0xc0, 0xc1, 0xc2, 0xcf),
		before: fc.array(segment, { maxLength: 3 }),
		scans: fc.array(fc.tuple(fc.array(segment, { maxLength: 2 }), entropy), { minLength: 1, maxLength: 3 }),
		fill: fc.nat(3),
		rest: fc.uint8Array({ maxLength: 5 }),
	})
	.map(({ width, height, sof, before, scans, fill, rest }) => {
		const whole = [
			0xff,
			0xd8,
			...before.flat(),
			0xff,
			sof,
			0,
			8,
			8,
			height >> 8,
			height & 0xff,
			width >> 8,
			width & 0xff,
			0,
			...scans.flatMap(([segments, data]) => [...segments.flat(), 0xff, 0xda, 0, 2, ...data.flat()]),
			...new Array<number>(fill).fill(0xff),
			0xff,
			0xd9,
		];
		return { size: { width, height }, whole: Uint8Array.from(whole), bytes: Uint8Array.from([...whole, ...rest]) };
	});

/** The default search, with a counter of its calls. */
function counted(bytes: Uint8Array): { result: ReturnType<typeof jpegSize>; searches: number } {
	let searches = 0;
	const result = jpegSize(bytes, (offset) => {
		searches++;
		for (let at = offset; at + 1 < bytes.length; at++) {
			if (bytes[at] === 0xff && bytes[at + 1] !== 0 && !(bytes[at + 1] >= 0xd0 && bytes[at + 1] <= 0xd7))
				return at;
		}
		return bytes.length;
	});
	return { result, searches };
}

describe("a JPEG file's size, fuzzed", function () {
	this.timeout(patience);

	it("is that of the frame header, and a file cut short anywhere is detected", () => {
		check(
			400,
			fc.property(
				jpeg,
				fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
				({ size, whole, bytes }, part) => {
					assert.deepEqual(jpegSize(bytes), size);
					assert.property(jpegSize(whole.subarray(0, Math.floor(part * whole.length))), "fault");
				},
			),
		);
	});

	it("is a size or a fault, whatever the bytes, in one pass over them", () => {
		const bytes = fc.oneof(
			fc.uint8Array({ maxLength: 60 }),
			spoiled(jpeg.map(({ bytes }) => Buffer.from(bytes).toString("latin1"))).map(bytesOf),
			fc
				.array(fc.constantFrom(0xff, 0xd8, 0xd9, 0xda, 0xc0, 0x00, 0x02, 0xd0, 0x01), { maxLength: 40 })
				.map((rest) => Uint8Array.from([0xff, 0xd8, ...rest])),
		);
		check(
			4_000,
			fc.property(bytes, (input) => {
				const found = jpegSize(input);
				if ("fault" in found) assert.isNotEmpty(found.fault);
				else assert.isTrue(found.width > 0 && found.height > 0);
				const { result, searches } = counted(input);
				assert.deepEqual(result, found);
				assert.isAtMost(searches, input.length / 4);
			}),
		);
	});
});

describe("settings from a file, fuzzed", function () {
	this.timeout(patience);

	function open(): { settings: Settings; controls: Controls } {
		const controls = new Controls(new Camera({ io: FakeOv2640 }));
		return {
			controls,
			settings: new Settings({ controls, store: { read: () => undefined, write() {}, clear() {} }, log() {} }),
		};
	}

	function imported(settings: Settings, saved: unknown): Promise<void> {
		return new Promise((resolve, reject) => settings.import(saved, (error) => (error ? reject(error) : resolve())));
	}

	const described = open()
		.controls.describe()
		.map((control) => JSON.parse(control) as Described);
	const names = described.map(({ name }) => name);

	/** A value for each control; most of them are valid. */
	const camera = fc.record(
		Object.fromEntries(
			described.map((control) => [
				control.name,
				control.type === "boolean"
					? fc.boolean()
					: control.type === "integer"
						? fc.integer({ min: control.minimum, max: control.maximum })
						: fc.constantFrom(...control.options.map(({ value }) => value)),
			]),
		),
		{ requiredKeys: [] },
	);

	it("are as they were exported", async () => {
		await checkAsync(
			200,
			fc.asyncProperty(camera, async (wanted) => {
				const { settings, controls } = open();
				await imported(settings, { version: 1, camera: wanted });
				const exported = settings.export();
				const values = controls.values();
				for (const name in wanted) assert.deepEqual(values[name], wanted[name]);
				const other = open();
				await imported(other.settings, JSON.parse(JSON.stringify(exported)));
				assert.deepEqual(other.controls.values(), values);
			}),
		);
	});

	it("are all applied or, with a ControlError, none", async () => {
		const anything = fc.oneof(
			fc.jsonValue(),
			fc.record(
				{
					version: fc.oneof(fc.constant(1), fc.jsonValue()),
					camera: fc.oneof(
						fc.jsonValue(),
						fc.dictionary(
							fc.oneof(
								fc.constantFrom(...names),
								fc.string(),
								fc.constantFrom("__proto__", "constructor", "toString"),
							),
							fc.jsonValue(),
							{ maxKeys: 4 },
						),
					),
				},
				{ requiredKeys: [] },
			),
			fc
				.tuple(camera, fc.constantFrom(...names), fc.jsonValue())
				.map(([good, name, value]) => ({ version: 1, camera: { ...good, [name]: value } })),
		);
		await checkAsync(
			1_500,
			fc.asyncProperty(anything, async (saved) => {
				const { settings, controls } = open();
				const before = controls.values();
				try {
					await imported(settings, saved);
				} catch (error) {
					assert.instanceOf(error, ControlError);
					assert.deepEqual(controls.values(), before);
				}
			}),
		);
	});
});

describe("the page's parser of streams, fuzzed", function () {
	this.timeout(patience);

	const part = fc.tuple(fc.stringMatching(/^[a-z0-9.]{1,10}$/), fc.string({ unit: "binary-ascii", maxLength: 60 }));
	const stream = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => ({
		parts,
		text: `--frame\r\n${parts.map(([timestamp, content]) => `Content-Length: ${content.length}\r\nX-Timestamp: ${timestamp}\r\n\r\n${content}\r\n--frame\r\n`).join("")}`,
	}));

	/** The parts, and whether it gave up. */
	function parse(pieces: readonly Uint8Array[]): { parts: [string | undefined, string][]; fault?: string } {
		const parts: [string | undefined, string][] = [];
		const parser = new MultipartParser(({ fields, content }) =>
			parts.push([fields.get("x-timestamp"), Buffer.from(content).toString("latin1")]),
		);
		try {
			for (const piece of pieces) parser.push(piece);
		} catch (error) {
			return { parts, fault: (error as Error).message };
		}
		return { parts };
	}

	it("finds each part, however the stream is split", () => {
		check(
			300,
			fc.property(stream, splits, ({ parts, text }, places) => {
				const input = bytesOf(text);
				for (const way of [[input], ...pieces(input, places)]) assert.deepEqual(parse(way), { parts });
			}),
		);
	});

	it("has one verdict on any input", () => {
		const long = fc
			.tuple(fc.integer({ min: 4_050, max: 4_110 }), stream)
			.map(([length, { text }]) => `--frame\r\nX: ${"x".repeat(length)}\r\n${text.slice("--frame\r\n".length)}`);
		check(
			800,
			fc.property(
				fc.oneof(
					{ weight: 4, arbitrary: spoiled(stream.map(({ text }) => text)) },
					{ weight: 1, arbitrary: long },
				),
				splits,
				(text, places) => {
					const input = bytesOf(text);
					const whole = parse([input]);
					for (const way of pieces(input, places)) assert.deepEqual(parse(way), whole);
				},
			),
		);
	});

	for (const length of ["", "0x5", "1e1", " 5 5", "5.0", "+5", "5,5"]) {
		it(`does not accept "${length}" as a length`, () => {
			assert.isDefined(parse([bytesOf(`--frame\r\nContent-Length: ${length}\r\n\r\nhello`)]).fault);
		});
	}
});
