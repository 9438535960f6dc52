import { assert } from "chai";
import { ChunkedDecoder } from "yieldcam/http/syntax/chunked";
import { MORE } from "yieldcam/http/syntax/field-section";
import { inputOf } from "../../support/requests.ts";

/** The verdict on a chunk's first line and its content: CHUNK, MORE, or a status. */
function verdict(line: string): number {
	return new ChunkedDecoder({ head: 100, fields: 10 }).next(inputOf(ArrayBuffer.fromString(line)));
}

describe("a chunk's extensions", () => {
	const CHUNK = 2;
	for (const text of [
		"3",
		"3;a",
		"3;a=b",
		'3;a="b"',
		'3;a=""',
		"3 ;a",
		"3\t;\ta",
		"3 ;a=b",
		"3; a = b",
		'3;a ="b;=,"',
		"3;a;b",
		"3;a=b;c=d",
		"3;a=b ; c",
		'3;a="b";c',
		'3;a="b" ;c',
		'3;a="\\""',
		'3;a="\\\\"',
		'3;a="\tb "',
		'3;a="é"',
		'3;a="!~"',
	]) {
		it(`are well-formed: ${JSON.stringify(text)}`, () => assert.equal(verdict(`${text}\r\n`), CHUNK));
	}

	for (const text of [
		"3;",
		"3;;",
		"3;;a",
		"3; ",
		"3 ",
		"3\t",
		"3;=",
		"3;=v",
		"3;a=",
		"3;a= ",
		'3;"a"',
		"3;a;",
		"3;a ",
		"3;a=b ",
		"3;a=b;",
		'3;a="b" ',
		'3;a="b',
		'3;a="b\\"',
		'3;a="b"c',
		'3;a="b"=c',
		"3;a=b=c",
		'3;a=b"c"',
		"3;a b",
		"3;a=b c",
		"3 a",
		"3,a",
		"3;a,b",
		"3;(a)",
		"3;a=(b)",
		"3;é",
		"3;a=é",
		'3;a="\u007f"',
		'3;a="\u0001"',
		"3 3",
		" 3",
		'3;a="\\\u0001"',
		// Valid text after a fault does not make up for it.
		"3 ab",
		"3 a;b",
		"3;(a",
		"3;(;a",
		"3;a b;c",
		'3;a"b;c',
		"3;a=(b",
		"3;a=(;b",
		'3;a="\u0001b',
		'3;a="\u0001;b',
		'3;a="\\\u0001b',
		'3;a="\\\u0001;b',
		'3;a="b"c;d',
	]) {
		it(`are malformed: ${JSON.stringify(text)}`, () => assert.equal(verdict(`${text}\r\n`), 400));
	}

	it("are checked as they arrive, and are no longer than a head", () => {
		assert.equal(verdict(`3;${"a".repeat(98)}`), MORE);
		assert.equal(verdict(`3;${"a".repeat(101)}`), 400);
		assert.equal(verdict(`3${" ".repeat(102)}`), 400);
	});

	it("belong to their own chunk", () => {
		const input = inputOf(ArrayBuffer.fromString("1;a=b\r\nx\r\n1;\r\n"));
		const decoder = new ChunkedDecoder({ head: 100, fields: 10 });
		assert.equal(decoder.next(input), CHUNK);
		input.consume(1);
		assert.equal(decoder.next(input), 400);
	});
});
