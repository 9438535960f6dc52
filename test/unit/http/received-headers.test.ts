import { assert } from "chai";
import { ReceivedHeaders } from "yieldcam/http/received-headers";
import { Query } from "yieldcam/http/query";

const LINES = ["A: 12345\r\n", "B:x\r\n", "a: 6\r\n", "Last:\t y \t\r\n"];

/** The first count of some lines. */
function fields(lines = LINES, count = lines.length): ReceivedHeaders {
	let length = 0;
	const starts = lines.map((line) => (length += line.length) - line.length);
	return new ReceivedHeaders(new Uint8Array(ArrayBuffer.fromString(lines.join(""))), Uint16Array.from(starts), count);
}

describe("the fields of a head", () => {
	it("are as many as were counted", () => {
		assert.isFalse(fields(LINES, 3).has("last"));
		assert.isUndefined(fields(LINES, 3).getShort("last", 100));
		assert.deepEqual(fields(LINES, 3).getAll("last"), []);
		assert.isTrue(fields().has("last"));
		assert.lengthOf([...fields()], 4);
	});

	it("join the values of repeated lines", () => {
		assert.equal(fields().get("A"), "12345, 6");
		assert.equal(fields().get("LAST"), "y");
		assert.isUndefined(fields().get("las"));
	});

	it("that must not be repeated are returned if they are short, including the blanks before them", () => {
		assert.equal(fields(LINES.slice(0, 1)).getShort("a", 6), "12345");
		assert.equal(fields(LINES.slice(0, 1)).getShort("a", 5), "");
		assert.equal(fields().getShort("b", 1), "x");
		assert.equal(fields().getShort("b", 0), "");
		assert.equal(fields().getShort("last", 5), "y");
		assert.equal(fields().getShort("last", 4), "");
		assert.equal(fields().getShort("a", 100), "", "it is repeated");
		assert.isUndefined(fields().getShort("c", 100));
	});
});

describe("the iterators of fields and queries", () => {
	it("have nothing that could change, so they stay in flash", () => {
		for (const generator of [ReceivedHeaders.prototype[Symbol.iterator], Query.prototype[Symbol.iterator]])
			assert.isTrue(Object.isFrozen(generator.prototype));
	});
});
