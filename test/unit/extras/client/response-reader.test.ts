import { assert } from "chai";
import { DEFAULT_CLIENT_LIMITS } from "yieldcam/client/limits";
import { faultOf, ResponseReader } from "yieldcam/client/response-reader";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { Feed } from "../../support/feed.ts";
import { expand, fixtures, replayed } from "../../support/fixtures.ts";
import { RESPONSES } from "./response-fixtures.ts";

interface Read {
	readonly log: string[];
	/** Bytes that were not consumed. */
	readonly left: number;
}

/** Feeds the reader piece after piece, and then ends the connection. */
function read(pieces: readonly Uint8Array[], method: string, limits = DEFAULT_CLIENT_LIMITS): Read {
	const reader = new ResponseReader(method, limits);
	const feed = new Feed();
	let verdict = MORE;
	for (const piece of pieces) {
		if (piece.length > 0) feed.push(piece);
		verdict = reader.read(feed.input);
		if (verdict !== MORE) break;
	}
	const left = feed.input.length;
	if (verdict === MORE && !reader.end()) return { log: ["cut off"], left };
	if (verdict !== MORE && verdict !== DONE) return { log: [faultOf(verdict, limits).text], left };
	const { status, headers, bytes } = reader.response;
	const log = [`${status} ${reader.persistent ? "keep" : "close"}`];
	for (const [name, value] of headers) log.push(`${name}: ${value}`);
	log.push(`=${String.fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.length)}`);
	return { log, left };
}

describe("a response", () => {
	for (const { name, input, expected } of fixtures(RESPONSES)) {
		it(`is read: ${name}`, () => {
			const method = name.includes("HEAD") ? "HEAD" : "GET";
			replayed(
				input,
				(pieces) => read(pieces, method),
				({ log, left }, how) => {
					if (!expected[0].includes(" keep") && !expected[0].includes(" close"))
						assert.include(log[0], expected[0], how);
					else {
						assert.deepEqual(log, expected.map(expand), how);
						assert.equal(left, 0, `${how}: bytes left`);
					}
				},
			);
		});
	}

	it("ends at its end, whatever follows", () => {
		for (const rest of ["HTTP/1.1 200 OK\r\n", "\x01", "x".repeat(5_000)]) {
			const { log, left } = read([bytes(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${rest}`)], "GET");
			assert.deepEqual(log, ["200 keep", "content-length: 2", "=ok"]);
			assert.equal(left, rest.length);
		}
	});

	it("may have a head of exactly the limit, and none larger", () => {
		const head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
		assert.equal(read([bytes(head)], "GET", { ...DEFAULT_CLIENT_LIMITS, head: head.length }).log[0], "200 keep");
		assert.include(
			read([bytes(head)], "GET", { ...DEFAULT_CLIENT_LIMITS, head: head.length - 1 }).log[0],
			"larger than 37 bytes",
		);
	});

	it("of any bytes gets a verdict, the same for every split", () => {
		let seed = 31;
		const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 0x8000_0000) % below;
		const response = bytes(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nServer: x\r\n\r\n3;a\r\nabc\r\n0\r\n\r\n",
		);
		const spoilers = bytes('\0\t\r\n :/\x7f"\\(,;=0A');
		for (let round = 0; round < 150; round++) {
			const input = response.slice();
			for (let count = 1 + random(3); count > 0; count--)
				input[random(input.length)] = random(2) ? spoilers[random(spoilers.length)] : random(256);
			const whole = read([input], "GET").log;
			const at = 1 + random(input.length - 1);
			assert.deepEqual(read([input.slice(0, at), input.slice(at)], "GET").log, whole);
			assert.deepEqual(
				read(
					Array.from(input, (byte) => Uint8Array.of(byte)),
					"GET",
				).log,
				whole,
			);
		}
	});
});

function bytes(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}
