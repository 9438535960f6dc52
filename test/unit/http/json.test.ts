import { assert } from "chai";
import { HttpError } from "yieldcam/http/http-error";
import { type JsonOptions, parseJson } from "yieldcam/http/json";
import type { Machine } from "yieldcam/http/machine";
import { NewNames } from "yieldcam/http/new-names";

const LIMITS = { jsonDepth: 4, jsonSlots: 20 };

function read(text: string, options: JsonOptions = {}): unknown {
	return parseJson(new Uint8Array(ArrayBuffer.fromString(text)), LIMITS, options);
}

function status(text: string, options?: JsonOptions): number {
	try {
		read(text, options);
	} catch (error) {
		return (error as HttpError).status;
	}
	return 200;
}

describe("JSON content", () => {
	it("may take as many slots as the limit allows, and no more", () => {
		// The value, three for the list, one for each comma.
		assert.equal(status(`[${Array(17).fill("0").join()}]`), 200);
		assert.equal(status(`[${Array(18).fill("0").join()}]`), 413);
		assert.equal(status("[[],[],[],[]]"), 200);
		assert.equal(status("[[],[],[],[],[]]"), 413, "nested lists take more than numbers");
	});

	it("may be nested as deep as the limit allows, and no deeper", () => {
		assert.equal(status("[[[[]]]]"), 200);
		assert.equal(status("[[[[[]]]]]"), 400);
	});

	it("has the members that are listed, at any depth, and leaves out the others", () => {
		assert.deepEqual(read('{"a":{"b":1,"a":[{"c":2}]},"\\u0062":3,"d":4}', { names: ["a", "b"] }), {
			a: { b: 1, a: [{}] },
			b: 3,
		});
		assert.deepEqual(read('{"a":1}', { names: [] }), {});
	});

	it("reports which members are not listed, and their depth, in 64 bytes at most", () => {
		const told: unknown[] = [];
		read(`{"a":{"b":"\\"c\\":"},"${"é".repeat(40)}":[{"\\u0064":1}]}`, {
			names: ["a"],
			unknown: (name, depth) => void told.push([name, depth]),
		});
		assert.deepEqual(told, [
			["b", 2],
			["é".repeat(32), 1],
			["d", 3],
		]);
	});

	it("has only the listed members even if it is a list, a string or null", () => {
		assert.deepEqual(read('{"a":[null,"text",1,{"b":2}],"c":"text","b":null}', { names: ["a", "c"] }), {
			a: [null, "text", 1, {}],
			c: "text",
		});
	});

	/** The names that are not listed, as the caller receives them. */
	function strangers(text: string): { status: number; told: unknown[] } {
		const told: unknown[] = [];
		const result = status(text, { names: [], unknown: (name, depth) => void told.push([name, depth]) });
		return { status: result, told };
	}

	for (const text of [":1", '{"a"::1}', '{"\\x":1}', '{"a', '{"a":"\\', '{"a":1}}', "[[1,2]:3]"])
		it(`is malformed, which comes before what its names are: ${text}`, () =>
			assert.deepEqual(strangers(text), { status: 400, told: [] }));

	it("has names with escapes, and is never cut in the middle of a character", () => {
		const accented = `a${"é".repeat(40)}`,
			escaped = `${"x".repeat(62)}\\u0041b`;
		assert.deepEqual(strangers(`{"a\\"b":1,"c":2,"${accented}":3,"${escaped}":4}`), {
			status: 200,
			told: [
				['a"b', 1],
				["c", 1],
				[`a${"é".repeat(31)}`, 1],
				[`${"x".repeat(62)}\\u`, 1],
			],
		});
	});

	it("may have a listed name of 64 bytes, and no longer", () => {
		const [longest, longer] = [64, 65].map((length) => "n".repeat(length));
		assert.deepEqual(read(`{"${longest}":1,"${longer}":2}`, { names: [longest, longer] }), {
			[longest]: 1,
			[longer]: 2,
		});
		const told: unknown[] = [];
		read(`{"${longest}":1,"${longer}":2}`, { names: [longest, longer], unknown: (name) => void told.push(name) });
		assert.deepEqual(told, [longest], "the first bytes of the longer one");
	});

	it("asks the machine for the memory that its text and its values take", () => {
		const asked: number[][] = [];
		const machine: Machine = {
			room: (slots, bytes) => asked.push([slots, bytes]) > 0,
			settle: () => 0,
			isName: () => true,
		};
		for (const text of ["1", '{"a":1,"b":[2,3]}']) assert.equal(status(text, { machine }), 200);
		assert.deepEqual(asked, [
			[100 + 1, 2 * 1 + 16 * 1],
			// The value, two for the object, each colon and comma, three for the list.
			[100 + 10, 2 * 17 + 16 * 10],
		]);
	});

	it("is refused if the machine has no memory for it", () => {
		const machine: Machine = { room: () => false, settle: () => 0, isName: () => true };
		assert.equal(status("1", { machine }), 503);
	});

	it("may have new names up to the byte limit, each counted once, whether or not it is well-formed", () => {
		const known = new Set(["known"]);
		const machine: Machine = { room: () => true, settle: () => 0, isName: (name) => known.has(name) };
		const newNames = new NewNames(machine, 100);
		const ask = (text: string, becomes: readonly string[]): number => {
			const result = status(text, {
				machine: { ...machine, room: () => (becomes.forEach((name) => known.add(name)), true) },
				newNames,
			});
			return result;
		};
		assert.equal(ask('{"known":1,"7":2,"42":3}', []), 200);
		assert.equal(ask('{"one":1,"one":2}', ["one"]), 200);
		assert.equal(ask('{"one":1}', []), 200);
		assert.equal(ask('{"two":1,', ["two"]), 400, "it is now a name all the same");
		assert.equal(ask('{"two":1,"three":2}', []), 413, "70 of the 100 are taken, and another takes 37");
		assert.equal(ask('{"":1}', []), 413);
		assert.equal(ask(`{"${"n".repeat(65)}":1}`, []), 413);
		assert.equal(ask('{"one":{"two":3}}', []), 200);
	});
});
