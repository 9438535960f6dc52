import { assert } from "chai";
import * as reference from "yieldcam/http/syntax/reference-scan";
import * as scan from "yieldcam/http/syntax/scan";

/** In Node both are the same module. In XS `scan` is the device's own, in C. */
type Scan = typeof scan;

const SETS = 10;
const COUNT = 200;

/** Pieces of heads: what is usual, what is at the borders of the sets, and what is never valid. */
const PIECES: readonly string[] = [
	"GET",
	"PATCH",
	" ",
	"/",
	"/status?a=b",
	"http://cam/",
	" HTTP/1.1",
	" HTTP/1.0",
	" HTTP/1.",
	"\r\n",
	"\r",
	"\n",
	"\r\n\r\n",
	"Host: cam\r\n",
	"host:cam\r\n",
	"HOST : cam\r\n",
	"Content-Length: 10\r\n",
	"content-length:\t\t1 \t\r\n",
	"X-Long: " + "x".repeat(40) + "\r\n",
	"X: caf\u00e9\r\n",
	"X: caf\u00c3\u00a9\r\n",
	":",
	": \r\n",
	"\t",
	"\u0000",
	"\u0001",
	"\u001f",
	"\u007f",
	"\u0080",
	"\u00c0\u0080",
	"\u00ff",
	"#",
	"{|}",
	"a",
	"Z",
	"@",
	"[",
	"`",
	"9",
];

/** A generator of numbers with a fixed seed (xorshift), so that a failure repeats. */
function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

function randomBytes(next: (below: number) => number): Uint8Array {
	let text = next(3) > 0 ? "GET / HTTP/1.1\r\n" : "";
	for (let left = next(14); left > 0; left--) text += PIECES[next(PIECES.length)];
	// In XS a NUL ends a literal.
	return Uint8Array.from(text, (character) => (next(200) === 0 ? 0 : character.charCodeAt(0)));
}

/** What a module makes of bytes, each function with the same arguments. */
function results(module: Scan, bytes: Uint8Array, next: (below: number) => number): unknown[] {
	const lines = new Uint16Array(1 + next(8)),
		at = next(bytes.length + 2),
		end = next(bytes.length + 2),
		set = next(SETS),
		names = ["host", "Content-Length", "x", "X-Long", "", "none"],
		name = names[next(names.length)];
	const list: unknown[] = [
		module.endOf(set, bytes, at, Math.min(end, bytes.length)),
		module.isOne(set, next(256)),
		module.requestLine(bytes, 1 + next(6), 1 + next(14)),
	];
	const begin = bytes.indexOf(0x0a) + 1,
		read = module.fieldLines(bytes, begin, bytes.length, lines.buffer, 0, begin, next(3) === 0 ? 10 : 60);
	const count = read >> 16;
	list.push(read, Array.from(lines.subarray(0, count)));
	const fields = bytes.subarray(begin, read & 0xffff);
	if (next(4) === 0 && count > 0) fields[fields.indexOf(0x3a) + 1] = module.SKIPPED;
	list.push(module.findField(fields, lines.buffer, count, name, next(3)));
	list.push(module.fieldText(fields, lines.buffer, count, name));
	// No value has a NUL.
	const start = Math.min(at, bytes.length),
		nul = bytes.indexOf(0, start),
		text = module.textOf(bytes, start, nul < 0 ? bytes.length : nul);
	list.push(...headOf(module, next));
	return [
		...list,
		text,
		module.lowerCase(text),
		module.isAll(set, text),
		module.isAll(set, PIECES[next(PIECES.length)]),
	];
}

/** What becomes of the head of a response when fields are added and removed. */
function headOf(module: Scan, next: (below: number) => number): unknown[] {
	const names = ["Content-Type", "content-type", "ETag", "Content", "X", "", "a b", "X-\u00e9"],
		values = ["text/plain", "", 7, "a\r\nb", "caf\u00e9", "\u0001", "a: b", "\t"];
	const results: unknown[] = [];
	let head = "";
	for (let left = next(6); left > 0; left--) {
		const name = names[next(names.length)],
			longer = module.withField(head, name, values[next(values.length)]);
		results.push(longer, module.hasField(head, name), module.fieldOf(head, name));
		head = longer ?? module.withoutField(head, names[next(names.length)]);
	}
	return [...results, head];
}

describe("the scanner of a device", () => {
	it(`finds the same as the one in TypeScript, in ${COUNT} random heads`, () => {
		const next = numbers(2_463_534_242);
		for (let i = 0; i < COUNT; i++) {
			const bytes = randomBytes(next),
				seed = 1 + next(1_000_000_000);
			const copy = Uint8Array.from(bytes);
			assert.deepEqual(
				results(scan, bytes, numbers(seed)),
				results(reference, copy, numbers(seed)),
				JSON.stringify(Array.from(copy)),
			);
		}
	});

	it("knows the members of each set", () => {
		for (let set = 0; set < SETS; set++)
			for (let byte = 0; byte < 256; byte++)
				assert.equal(scan.isOne(set, byte), reference.isOne(set, byte), `byte ${byte} of set ${set}`);
	});

	it("takes only A to Z for letters with a lower case", () => {
		assert.equal(scan.lowerCase("AbZ@[`{\u212a\u0130\u00c9"), "abz@[`{\u212a\u0130\u00c9");
		assert.equal(scan.lowerCase(""), "");
	});

	it("reads whole lines only", () => {
		const lines = new Uint16Array(4),
			text = "Host: cam\r\nX: 1\r\nY: 2";
		const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
		const read = scan.fieldLines(bytes, 0, bytes.length, lines.buffer, 0, 0, 100);
		assert.deepEqual([read >> 16, read & 0xffff], [2, text.indexOf("Y")]);
		assert.equal(scan.fieldText(bytes.subarray(0, read & 0xffff), lines.buffer, 2, "x"), "1");
	});

	it("joins the values of a field that is repeated", () => {
		const lines = new Uint16Array(4),
			text = "A: 1\r\nB:2\r\na:\t3 \r\n";
		const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
		const count = scan.fieldLines(bytes, 0, bytes.length, lines.buffer, 0, 0, 100) >> 16;
		assert.equal(scan.fieldText(bytes, lines.buffer, count, "A"), "1, 3");
		assert.equal(scan.fieldText(bytes, lines.buffer, count, "b"), "2");
		assert.isUndefined(scan.fieldText(bytes, lines.buffer, count, "c"));
	});
});
