import { assert } from "chai";
import { Drawing } from "yieldcam/drawing/drawing";
import { textWidth } from "yieldcam/drawing/font";

const RED = 0xff0000,
	BLUE = 0x0000ff;

/**
 * The drawing's lines as text: white is ".", red "r", blue "b", anything else "?". Painted in strips of the given
 * height.
 */
function show(drawing: Drawing, stripLines = drawing.height): string[] {
	const { width, height } = drawing;
	const lines: string[] = [];
	// Nothing from before may be left.
	const strip = new Uint16Array(width * stripLines).fill(0x1234);
	for (let top = 0; top < height; top += stripLines) {
		const count = Math.min(stripLines, height - top);
		drawing.paint(strip.buffer, top, count);
		for (let line = 0; line < count; line++)
			lines.push(
				Array.from(
					strip.subarray(line * width, (line + 1) * width),
					(pixel) => ({ 0xffff: ".", 0xf800: "r", 0x001f: "b" })[pixel] ?? "?",
				).join(""),
			);
	}
	return lines;
}

function drawing(width = 10, height = 5): Drawing {
	return new Drawing({ width, height });
}

describe("a drawing", () => {
	it("is its background, white by default", () => {
		assert.deepEqual(show(drawing(3, 2)), ["...", "..."]);
		assert.deepEqual(show(new Drawing({ width: 3, height: 2, background: BLUE })), ["bbb", "bbb"]);
	});

	it("has 16-bit pixels", () => {
		const pixel = (background: number) => {
			const buffer = new ArrayBuffer(2);
			new Drawing({ width: 1, height: 1, background }).paint(buffer);
			return [...new Uint8Array(buffer)];
		};
		assert.deepEqual([RED, 0x00ff00, BLUE, 0x808080].map(pixel), [
			[0x00, 0xf8],
			[0xe0, 0x07],
			[0x1f, 0x00],
			[0x10, 0x84],
		]);
	});

	it("has later additions on top", () => {
		assert.deepEqual(show(drawing().rectangle(1, 1, 5, 3, RED).rectangle(3, 2, 5, 3, BLUE)), [
			"..........",
			".rrrrr....",
			".rrbbbbb..",
			".rrbbbbb..",
			"...bbbbb..",
		]);
	});

	it("shows nothing from outside", () => {
		assert.deepEqual(
			show(
				drawing(4, 3)
					.rectangle(-5, -5, 6, 6, RED)
					.rectangle(3, 2, 100, 100, BLUE)
					.rectangle(1, 1, 0, 5, BLUE)
					.rectangle(2, 1, -1, 5, BLUE)
					.line(-10, -3, 20, -3, BLUE)
					.line(-1, 0, -1, 5, BLUE)
					.text("X", 4, 0, BLUE)
					.text("X", 0, 3, BLUE)
					.text("X", -5, 0, BLUE),
			),
			["r...", "....", "...b"],
		);
	});

	it("rounds to whole pixels", () => {
		assert.deepEqual(show(drawing(4, 3).rectangle(0.6, 0.4, 1.7, 1.2, RED).line(2.5, 1.6, 3.4, 2.4, BLUE)), [
			".rr.",
			"....",
			"...b",
		]);
	});

	const lines: Record<string, [draw: (drawing: Drawing) => Drawing, expected: string[]]> = {
		"a point": [
			(d) => d.line(4, 2, 4, 2, RED),
			["..........", "..........", "....r.....", "..........", ".........."],
		],
		along: [(d) => d.line(7, 1, 2, 1, RED), ["..........", "..rrrrrr..", "..........", "..........", ".........."]],
		down: [(d) => d.line(3, 4, 3, 1, RED), ["..........", "...r......", "...r......", "...r......", "...r......"]],
		"a diagonal": [
			(d) => d.line(1, 0, 5, 4, RED),
			[".r........", "..r.......", "...r......", "....r.....", ".....r...."],
		],
		steep: [(d) => d.line(4, 0, 2, 4, RED), ["....r.....", "....r.....", "...r......", "...r......", "..r......."]],
		flat: [(d) => d.line(0, 1, 9, 3, RED), ["..........", "rrr.......", "...rrrr...", ".......rrr", ".........."]],
		"flat, upwards": [
			(d) => d.line(0, 3, 9, 1, RED),
			["..........", ".......rrr", "...rrrr...", "rrr.......", ".........."],
		],
		"a thick one along": [
			(d) => d.line(2, 2, 6, 2, RED, 2),
			["..........", "..........", "..rrrrrr..", "..rrrrrr..", ".........."],
		],
		"a thick one down": [
			(d) => d.line(5, 1, 5, 3, RED, 3),
			["....rrr...", "....rrr...", "....rrr...", "....rrr...", "....rrr..."],
		],
		"a thick diagonal": [
			(d) => d.line(2, 1, 4, 3, RED, 2),
			["..........", "..rr......", "..rrr.....", "...rrr....", "....rr...."],
		],
		"from point to point": [
			(d) => d.polyline([0, 4, 3, 1, 6, 4, 9, 4], RED),
			["..........", "...r......", "..r.r.....", ".r...r....", "r.....rrrr"],
		],
		"of a typed array": [
			(d) => d.polyline(Int16Array.of(0, 0, 2, 0, 2, 2), RED),
			["rrr.......", "..r.......", "..r.......", "..........", ".........."],
		],
		"with a gap": [
			(d) => d.polyline([0, 0, 2, 0, 3, NaN, 4, 0, 6, 0, NaN, 0, 8, 0, 9, 0], RED),
			["rrr.rrr.rr", "..........", "..........", "..........", ".........."],
		],
		"from far outside": [
			(d) => d.line(-1e6, -1e6, 1e6, 1e6, RED),
			["r.........", ".r........", "..r.......", "...r......", "....r....."],
		],
	};
	for (const [name, [draw, expected]] of Object.entries(lines)) {
		it(`has lines: ${name}`, () => {
			assert.deepEqual(show(draw(drawing())), expected);
		});
	}

	it("has no line for one point, or for none", () => {
		assert.deepEqual(show(drawing(3, 1).polyline([], RED).polyline([1, 0], RED).polyline([1, 0, 2], RED)), ["..."]);
	});

	it("has text", () => {
		assert.deepEqual(show(drawing(23, 9).text("Ag1~", 0, 1, RED)), [
			".......................",
			".rrr..........r........",
			"r...r..rrrr..rr........",
			"r...r.r...r...r....r...",
			"rrrrr.r...r...r...r.r.r",
			"r...r..rrrr...r......r.",
			"r...r.....r...r........",
			"r...r..rrr...rrr.......",
			".......................",
		]);
	});

	it("has larger text", () => {
		assert.deepEqual(
			show(drawing(10, 14).text("!", 0, 0, RED, 2)).map((line) => line.slice(3, 7)),
			[
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				".rr.",
				"....",
				"....",
				".rr.",
				".rr.",
			],
		);
	});

	it("has a box for non-ASCII characters", () => {
		const box = ["rrrrr", "r...r", "r...r", "r...r", "r...r", "r...r", "rrrrr"];
		for (const character of ["é", "\n", "\x7f", "→"])
			assert.deepEqual(show(drawing(5, 7).text(character, 0, 0, RED)), box);
	});

	it("has a distinct picture for each character", () => {
		const pictures = new Set<string>();
		for (let code = 0x20; code < 0x7f; code++)
			pictures.add(show(drawing(5, 7).text(String.fromCharCode(code), 0, 0, RED)).join("\n"));
		assert.equal(pictures.size, 95);
	});

	it("knows the width of a text", () => {
		assert.deepEqual([textWidth(""), textWidth("1"), textWidth("21.5"), textWidth("21.5", 2)], [0, 5, 23, 46]);
	});

	it("is the same in strips of any height", () => {
		const all = new Drawing({ width: 60, height: 50 })
			.rectangle(5, 5, 20, 30, BLUE)
			.polyline([0, 49, 10, 3, 20, 40, 59, 30, 30, 2], RED)
			.polyline([0, 0, 59, 20, 3, 47, 59, 49], BLUE, 4)
			.text("Strip", 3, 13, RED, 2);
		const whole = show(all);
		for (const stripLines of [1, 7, 8, 16]) assert.deepEqual(show(all, stripLines), whole);
	});

	const refused: [what: string, draw: () => unknown, message: string][] = [
		["no width", () => drawing(0), "width is 0, not a positive integer"],
		["half a line", () => drawing(4, 2.5), "height is 2.5, not a positive integer"],
		[
			"a background that is not a color",
			() => new Drawing({ width: 1, height: 1, background: 0x1000000 }),
			"the color is 16777216, not an integer from 0x000000 to 0xffffff",
		],
		[
			"a color by name",
			() => drawing().rectangle(0, 0, 1, 1, "red" as never),
			"the color is red, not an integer from 0x000000 to 0xffffff",
		],
		[
			"a negative color",
			() => drawing().text("", 0, 0, -1),
			"the color is -1, not an integer from 0x000000 to 0xffffff",
		],
		["a rectangle at NaN", () => drawing().rectangle(0, NaN, 1, 1, RED), "y is NaN, not a number of pixels"],
		["a line to infinity", () => drawing().line(0, 0, Infinity, 1, RED), "x1 is Infinity, not a number of pixels"],
		[
			"a line without thickness",
			() => drawing().polyline([0, 0, 1, 1], RED, 0),
			"thickness is 0, not a positive integer",
		],
		[
			"a buffer that is too small",
			() => drawing().paint(new ArrayBuffer(78), 0, 4),
			"4 lines of 10 pixels take 80 bytes, not 78",
		],
		["text at half its size", () => drawing().text("", 0, 0, RED, 0.5), "scale is 0.5, not a positive integer"],
	];
	for (const [what, draw, message] of refused) {
		it(`rejects ${what}`, () => {
			assert.throws(draw, RangeError, message);
		});
	}
});
