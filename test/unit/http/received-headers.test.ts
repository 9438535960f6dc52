import { assert } from "chai";
import { HttpError } from "yieldcam/http/http-error";
import { ReceivedHeaders } from "yieldcam/http/received-headers";
import { Query } from "yieldcam/http/query";

const LINES = ["A: 12345\r\n", "B:x\r\n", "a: 6\r\n", "Last:\t y \t\r\n"];

function bytesOf(lines: readonly string[]): Uint8Array {
	return Uint8Array.from(lines.join(""), (character) => character.charCodeAt(0));
}

/** The first count of some lines. */
function fields(lines = LINES, count = lines.length): ReceivedHeaders {
	let length = 0;
	const starts = lines.map((line) => (length += line.length) - line.length);
	return new ReceivedHeaders(bytesOf(lines), Uint16Array.from(starts), count);
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

describe("a field whose value was skipped", () => {
	const skipped = fields(["A: 1\r\n", "Long:\0\r\n", "B: 2\r\n"]);

	it("is there, but cannot be read", () => {
		assert.isTrue(skipped.has("LONG"));
		for (const read of [() => skipped.get("Long"), () => skipped.getAll("long"), () => [...skipped]]) {
			let error: unknown;
			try {
				read();
			} catch (caught) {
				error = caught;
			}
			assert.instanceOf(error, HttpError);
			assert.equal(error.status, 431);
			assert.equal(error.message, "the header field long is too long");
		}
		assert.equal(skipped.getShort("long", 5_000), "");
	});

	it("hides no other field", () => {
		assert.equal(skipped.get("a"), "1");
		assert.equal(skipped.get("b"), "2");
		assert.isFalse(skipped.has("c"));
	});
});

describe("the fields of a head that shrink", () => {
	const long = (count: number) => "y".repeat(count);

	it("stay as they are if their buffer is not larger", () => {
		const headers = fields([`A: ${long(300)}\r\n`]);
		headers.shrink(307);
		assert.equal(headers.byteLength, 307);
		assert.equal(headers.get("a"), long(300));
	});

	it("leave a larger buffer, with all values if they fit", () => {
		const buffer = new Uint8Array(1_000);
		buffer.set(bytesOf(LINES), 100);
		let at = 0;
		const starts = LINES.map((line) => (at += line.length) - line.length);
		const headers = new ReceivedHeaders(buffer.subarray(100, 100 + at), Uint16Array.from(starts), LINES.length);
		headers.shrink(at + 2 * LINES.length);
		assert.equal(headers.byteLength, at + 2 * LINES.length);
		assert.deepEqual([...headers], [...fields()]);
	});

	// A value counts with the blank before it.
	for (const [most, left] of [
		[659, [300, 255, 63, 15, 1]],
		[658, [undefined, 255, 63, 15, 1]],
		[359, [undefined, 255, 63, 15, 1]],
		[358, [undefined, undefined, 63, 15, 1]],
		[104, [undefined, undefined, 63, 15, 1]],
		[103, [undefined, undefined, undefined, 15, 1]],
		[41, [undefined, undefined, undefined, 15, 1]],
		[40, [undefined, undefined, undefined, undefined, undefined]],
		[25, [undefined, undefined, undefined, undefined, undefined]],
	] as const) {
		it(`skip the longest values to fit into ${most} bytes`, () => {
			const headers = fields([300, 255, 63, 15, 1].map((count, i) => `${"abcde"[i]}: ${long(count)}\r\n`));
			assert.equal(headers.byteLength, 300 + 255 + 63 + 15 + 1 + 5 * 5 + 5 * 2);
			headers.shrink(most + 5 * 2);
			assert.isAtMost(headers.byteLength, most + 5 * 2);
			const values = [..."abcde"].map((name) => (headers.getShort(name, 1_000) || undefined)?.length);
			assert.deepEqual(values, [...left]);
		});
	}

	it("leave a larger list of lines", () => {
		const line = `A: ${long(300)}\r\n`,
			headers = new ReceivedHeaders(bytesOf([line]), new Uint16Array(64), 1);
		assert.equal(headers.byteLength, line.length + 128);
		headers.shrink(line.length + 2);
		assert.equal(headers.byteLength, line.length + 2);
		assert.equal(headers.get("a"), long(300));
	});

	it("cannot have fewer bytes than their names", () => {
		const headers = fields([`A: ${long(300)}\r\n`, `B: ${long(300)}\r\n`]);
		headers.shrink(14);
		assert.equal(headers.byteLength, 14);
		assert.isTrue(headers.has("a") && headers.has("b"));
		let error: unknown;
		try {
			headers.shrink(13);
		} catch (caught) {
			error = caught;
		}
		assert.equal((error as HttpError).status, 431);
		assert.isTrue(headers.has("a") && headers.has("b"), "nothing has changed");
	});
});

describe("the iterators of fields and queries", () => {
	it("have nothing that could change, so they stay in flash", () => {
		for (const generator of [ReceivedHeaders.prototype[Symbol.iterator], Query.prototype[Symbol.iterator]])
			assert.isTrue(Object.isFrozen(generator.prototype));
	});
});

describe("the fields of a head that are forgotten", () => {
	it("take no memory, and cannot be mistaken for missing ones", () => {
		const headers = fields();
		headers.clear();
		assert.equal(headers.byteLength, 0);
		for (const read of [() => headers.get("host"), () => headers.get("nothing"), () => headers.getAll("host")]) {
			let error: unknown;
			try {
				read();
			} catch (caught) {
				error = caught;
			}
			assert.equal((error as HttpError).status, 431);
		}
		assert.equal(headers.getShort("host", 100), "");
	});
});
