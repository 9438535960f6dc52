import { assert } from "chai";
import { isOne, TOKEN } from "yieldcam/http/syntax/scan";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { CHUNKED } from "yieldcam/http/syntax/message-framing";
import { Parser } from "yieldcam/http/syntax/parser";
import { expand, fixtures, replayed } from "../../support/fixtures.ts";
import { HEADS } from "./parser-fixtures.ts";

interface Verdict {
	readonly log: string[];
	readonly length: number;
}

/** Feeds the parser piece after piece, as a connection does. */
function parse(pieces: readonly Uint8Array[], limits = DEFAULT_LIMITS): Verdict {
	const parser = new Parser(limits);
	let bytes = new Uint8Array(0);
	let verdict = MORE;
	for (const piece of pieces) {
		const grown = new Uint8Array(bytes.length + piece.length);
		grown.set(bytes);
		grown.set(piece, bytes.length);
		const { skipped } = parser;
		verdict = parser.parse(grown);
		bytes = grown.subarray(0, grown.length - (parser.skipped - skipped));
		if (verdict !== MORE) break;
	}
	if (verdict !== DONE) return { log: [verdict === MORE ? "more" : String(verdict)], length: 0 };
	const { head } = parser;
	const words = [
		head.method,
		head.path + (head.query && `?${head.query}`),
		head.version,
		`host=${head.host}`,
		`content=${head.contentLength === CHUNKED ? "chunked" : head.contentLength}`,
		head.persistent ? "keep" : "close",
	];
	if (head.expectsContinue) words.push("continue");
	const log = [words.join(" ")];
	try {
		for (const [name, value] of head.headers) log.push(`${name}: ${value}`.trimEnd());
	} catch (error) {
		log.push((error as Error).message);
	}
	return { log, length: parser.length + parser.skipped };
}

function text(string: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(string));
}

describe("the parser", () => {
	for (const { name, input, expected } of fixtures(HEADS)) {
		it(`reads ${name}`, () => {
			replayed(input, parse, ({ log, length }, how) => {
				assert.deepEqual(log, expected.map(expand), how);
				if (log[0].includes(" ")) assert.equal(length, input.length, `${how}: length`);
			});
		});
	}

	it("stops at the end of the head, whatever follows", () => {
		const head = "GET / HTTP/1.1\r\nHost: cam\r\n\r\n";
		for (const rest of ["GET / HTTP/1.1\r\n", "\0\0\0", "\r\n", "x".repeat(5_000)]) {
			const { log, length } = parse([text(head + rest)]);
			assert.equal(log[0], "GET / 1.1 host=cam content=0 keep");
			assert.equal(length, head.length);
		}
	});

	it("knows the characters of a token", () => {
		const tchar = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
		for (let byte = 0; byte < 256; byte++)
			assert.equal(isOne(TOKEN, byte), byte < 0x80 && tchar.includes(String.fromCharCode(byte)), `byte ${byte}`);
	});

	it("has begun with the first byte of a request, but not with an empty line", () => {
		const parser = new Parser(DEFAULT_LIMITS);
		parser.parse(text("\r\n"));
		assert.isFalse(parser.started);
		parser.parse(text("\r\nG"));
		assert.isTrue(parser.started);
	});

	it("accepts a head of exactly the limit, and none larger", () => {
		const head = "GET / HTTP/1.1\r\nHost: cam\r\n\r\n";
		const limits = { ...DEFAULT_LIMITS, head: head.length };
		assert.equal(parse([text(head)], limits).length, head.length);
		assert.deepEqual(parse([text(head)], { ...limits, head: head.length - 1 }).log, ["431"]);
	});

	it("answers any bytes with a verdict, the same for every split", () => {
		// A randomly damaged head. It has its own generator, so that every run is the same.
		let seed = 419;
		const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 0x8000_0000) % below;
		const head = text("POST /a?b HTTP/1.1\r\nHost: cam\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n");
		const spoilers = text('\0\t\r\n :/#\x7f"\\(,;=0A');
		for (let round = 0; round < 150; round++) {
			const input = head.slice();
			for (let count = 1 + random(3); count > 0; count--)
				input[random(input.length)] = random(2) ? spoilers[random(spoilers.length)] : random(256);
			const whole = parse([input]);
			assert.match(whole.log[0], /^(more|4\d\d|50[15]|\S+ \S+ 1\.[01] .*)$/);
			const at = 1 + random(input.length - 1);
			assert.deepEqual(parse([input.slice(0, at), input.slice(at)]), whole);
			assert.deepEqual(parse(Array.from(input, (byte) => Uint8Array.of(byte))), whole);
		}
	});
});
