import { assert } from "chai";
import { MultipartParser, type Part } from "../../../page/connection/multipart-parser.ts";

const first = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
/** Looks like a delimiter and a head, but is not. */
const second = Buffer.from("\r\n--frame\r\nContent-Length: 3\r\n\r\nabc");

function part(content: Uint8Array, timestamp: string): Buffer {
	return Buffer.concat([
		Buffer.from(
			`Content-Type: image/jpeg\r\nContent-Length: ${content.length}\r\nX-Timestamp: ${timestamp}\r\n\r\n`,
		),
		content,
		Buffer.from("\r\n--frame\r\n"),
	]);
}

const stream = Buffer.concat([
	Buffer.from("--frame\r\n"),
	part(first, "1.000001"),
	part(second, "2.000002"),
	part(new Uint8Array(0), "3.000003"),
]);

/** The parts that the parser finds in a stream of pieces of the given size. */
function parse(bytes: Uint8Array, pieceLength: number): [timestamp: string | undefined, content: string][] {
	const parts: Part[] = [];
	const parser = new MultipartParser((found) => parts.push(found));
	for (let at = 0; at < bytes.length; at += pieceLength) parser.push(bytes.subarray(at, at + pieceLength));
	return parts.map(({ fields, content }) => [fields.get("x-timestamp"), Buffer.from(content).toString("hex")]);
}

describe("the page's stream parser", () => {
	const expected = [
		["1.000001", Buffer.from(first).toString("hex")],
		["2.000002", second.toString("hex")],
		["3.000003", ""],
	];

	it("finds each part with its fields, however the stream is cut", () => {
		for (let length = 1; length <= stream.length; length += 1)
			assert.deepEqual(parse(stream, length), expected as [string, string][], `pieces of ${length} bytes`);
	});

	it("delivers no incomplete part", () => {
		const end = stream.indexOf("2.000002") + "2.000002\r\n\r\n".length + second.length - 1;
		assert.lengthOf(parse(stream.subarray(0, end), 7), 1);
	});

	for (const [what, head] of [
		["without a length", "Content-Type: image/jpeg\r\n\r\n"],
		["with a length that is not a number", "Content-Length: many\r\n\r\n"],
		["with a negative length", "Content-Length: -1\r\n\r\n"],
		["larger than any camera's", "Content-Length: 99999999999\r\n\r\n"],
	] as const) {
		it(`rejects a part ${what}`, () => {
			assert.throws(
				() => parse(Buffer.from(`--frame\r\n${head}`), 5),
				"a part of the stream has no valid Content-Length",
			);
		});
	}

	it("gives up on a head without end", () => {
		assert.throws(() => parse(Buffer.alloc(10_000, "x"), 100), "the stream has no parts");
	});
});
