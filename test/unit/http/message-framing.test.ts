import { assert } from "chai";
import { hasToken, someMember } from "yieldcam/http/syntax/message-framing";

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

	it("is walked up to the member that is sought", () => {
		let seen = 0;
		assert.isTrue(someMember("a,b,c", (member) => ++seen > 0 && member === "b"));
		assert.equal(seen, 2);
	});

	it("is looked through to its end", () => {
		assert.isTrue(hasToken(`${",".repeat(4_000)}close`, "close"));
		assert.isTrue(hasToken(`a${" ,".repeat(2_000)}Close `, "close"));
		assert.isFalse(hasToken(",".repeat(4_000), "close"));
		assert.isFalse(hasToken("closed, close d", "close"));
	});
});
