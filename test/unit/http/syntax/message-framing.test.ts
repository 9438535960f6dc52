import { assert } from "chai";
import { framingFault, hasToken, isLength, someMember } from "yieldcam/http/syntax/message-framing";
import { parseHead } from "../../support/requests.ts";

describe("a transfer coding", () => {
	const fields = parseHead("GET / HTTP/1.1\r\nHost: cam\r\n\r\n").headers;

	const MUST = "Transfer-Encoding must be chunked";
	for (const [coding, fault] of [
		["chunked", undefined],
		["Chunked", undefined],
		["gzip, chunked", 501],
		["gzip\tchunked", 501],
		[",chunked", 501],
		["xchunked", MUST],
		["gzip", MUST],
		["gzip,x", MUST],
		["chunked, gzip", MUST],
		["chunked, chunked", MUST],
	] as const)
		it(`${JSON.stringify(coding)} is ${fault ? "refused" : "accepted"}`, () => {
			const headers = Object.assign(Object.create(fields) as typeof fields, {
				getAll: () => [],
				get: () => coding,
			});
			assert.equal(framingFault("1.1", headers), fault);
		});
});

describe("a content length", () => {
	it("has at most fifteen digits, since such a number is exact", () => {
		assert.isTrue(isLength("9".repeat(15)));
		assert.isFalse(isLength("9".repeat(16)));
		assert.isFalse(isLength(""));
	});
});

describe("a comma-separated list", () => {
	for (const [list, members] of [
		["", [""]],
		["a", ["a"]],
		[" a\t", ["a"]],
		["a,b", ["a", "b"]],
		[", a b ,\t, c ,,", ["a b", "c"]],
		["é, ü", ["é", "ü"]],
		["\u00a0a,b\u00a0", ["\u00a0a", "b\u00a0"]],
		[",", []],
	] as const)
		it(`${JSON.stringify(list)} has the members between its commas`, () => {
			const found: string[] = [];
			assert.isFalse(
				someMember(list, (member) => {
					found.push(member);
					return false;
				}),
			);
			assert.deepEqual(found, [...members]);
		});

	it("is walked up to the wanted member", () => {
		let seen = 0;
		assert.isTrue(someMember("a,b,c", (member) => ++seen > 0 && member === "b"));
		assert.equal(seen, 2);
	});

	it("is searched to its end", () => {
		assert.isTrue(hasToken(`${",".repeat(4_000)}close`, "close"));
		assert.isTrue(hasToken(`a${" ,".repeat(2_000)}Close `, "close"));
		assert.isFalse(hasToken(",".repeat(4_000), "close"));
		assert.isFalse(hasToken("closed, close d", "close"));
	});
});
