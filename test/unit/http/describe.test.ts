import { assert } from "chai";
import { describe as describeValue } from "yieldcam/http/describe";

describe("what the log says of a value", () => {
	for (const [value, text] of [
		["text", "text"],
		[undefined, "undefined"],
		[null, "null"],
		[5, "5"],
		[{ a: [1, "b"] }, '{"a":[1,"b"]}'],
		[new Uint8Array(30_000), "30000 bytes"],
		[{ bytes: new ArrayBuffer(2), error: new RangeError("far") }, '{"bytes":"2 bytes","error":"RangeError: far"}'],
	] as const)
		it(`is ${text}`, () => {
			assert.equal(describeValue(value), text);
		});

	it("is an error's name and message, and those of its causes, of which there may be no end", () => {
		const error = new TypeError("outer", { cause: "inner" });
		assert.match(describeValue(error), /^TypeError: outer[^]*\ncaused by: inner$/);
		error.cause = error;
		assert.lengthOf(describeValue(error).match(/outer/g)!, 4);
	});

	it("is a reason if an object has no JSON", () => {
		const circle: { self?: unknown } = {};
		circle.self = circle;
		assert.match(describeValue(circle), /^an object that has no JSON: ./);
	});
});
