import { assert } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { digestParams } from "yieldcam/access/digest";
import { parseUrl } from "yieldcam/client/url";
import { ClientError } from "yieldcam/client/client-error";
import { base64, isBase64 } from "yieldcam/http/syntax/base64";
import { HttpError } from "yieldcam/http/http-error";
import { parseJson } from "yieldcam/http/json";
import { hasToken } from "yieldcam/http/syntax/message-framing";
import { percentDecode } from "yieldcam/http/syntax/percent";
import { Query } from "yieldcam/http/query";
import { latin1, utf8 } from "yieldcam/http/syntax/utf8";
import { sha1 } from "yieldcam/websocket/sha1";
import { check, patience } from "./support/check.ts";
import { bytesOf, spoiled } from "./support/inputs.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function or<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch {
		return undefined;
	}
}

/** Bytes of which many are UTF-8, and many nearly. */
const nearlyText = fc.oneof(
	fc.uint8Array({ maxLength: 12 }),
	fc.string({ unit: "binary", maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text, "utf8"))),
	fc
		.array(
			fc.constantFrom(
				0x00,
				0x41,
				0x7f,
				0x80,
				0x8f,
				0x90,
				0x9f,
				0xa0,
				0xbf,
				0xc0,
				0xc1,
				0xc2,
				0xdf,
				0xe0,
				0xed,
				0xef,
				0xf0,
				0xf4,
				0xf5,
				0xff,
			),
			{ maxLength: 6 },
		)
		.map((bytes) => Uint8Array.from(bytes)),
);

describe("text of a peer, fuzzed", function () {
	this.timeout(patience);

	it("is UTF-8 if the Encoding Standard says so, except for a NUL", () => {
		check(
			5_000,
			fc.property(nearlyText, (bytes) => {
				const expected = bytes.includes(0) ? undefined : or(() => strict.decode(bytes));
				assert.strictEqual(utf8(bytes), expected);
			}),
		);
	});

	it("is Latin-1 otherwise", () => {
		check(
			500,
			fc.property(
				fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => byte || 1)),
				(bytes) => {
					assert.strictEqual(latin1(bytes), Buffer.from(bytes).toString("latin1"));
				},
			),
		);
	});

	it("has the parameters of Digest, whatever their quotes contain", () => {
		const value = fc
			.string({ unit: fc.constantFrom("a", "=", ",", " ", "/", "é"), maxLength: 6 })
			.map((text) => text.trim());
		const params = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), value, { maxKeys: 16 });
		check(
			1_000,
			fc.property(params, (expected) => {
				const text = Object.entries(expected)
					.map(([name, value]) => `${name}="${value}"`)
					.join(", ");
				assert.deepEqual(Object.fromEntries(digestParams(text)!), { ...expected });
			}),
		);
		check(
			1_000,
			fc.property(fc.string({ unit: fc.constantFrom("a", "=", ",", " ", `"`), maxLength: 80 }), (text) => {
				assert.isAtMost(digestParams(text)?.size ?? 0, 16);
			}),
		);
	});

	const percent = fc.string({
		unit: fc.constantFrom(
			"a",
			"é",
			"%",
			"%4",
			"%41",
			"%C3%A9",
			"%c0%af",
			"%ed%a0%80",
			"%F0%9F%98%80",
			"%00",
			"%zz",
			"/",
			"+",
			"&",
			"=",
			"%26",
			"%3D",
			"%2B",
			"%25",
		),
		maxLength: 8,
	});

	it("is percent-decoded as by decodeURIComponent, except for a NUL", () => {
		check(
			3_000,
			fc.property(percent, (text) => {
				const decoded = or(() => decodeURIComponent(text));
				assert.strictEqual(percentDecode(text), decoded?.includes("\0") ? undefined : decoded);
			}),
		);
	});

	it("in a query is parsed like a form, if its encoding is valid", () => {
		check(
			3_000,
			fc.property(percent, (text) => {
				const pairs = [...new Query(text)];
				const expected = [...new URLSearchParams(text)];
				assert.lengthOf(pairs, expected.length);
				if (or(() => decodeURIComponent(text)) !== undefined && !text.includes("%00"))
					assert.deepEqual(pairs, expected);
				for (const [name] of pairs) {
					assert.strictEqual(new Query(text).get(name), pairs.find(([other]) => other === name)![1]);
					assert.deepEqual(
						new Query(text).getAll(name),
						pairs.filter(([other]) => other === name).map(([, value]) => value),
					);
				}
			}),
		);
	});

	it("in a list has the members between the commas", () => {
		check(
			2_000,
			fc.property(
				fc.string({ unit: fc.constantFrom(",", " ", "\t", "close", "Close", "x", "-"), maxLength: 8 }),
				(list) => {
					assert.strictEqual(
						hasToken(list, "close"),
						list.split(",").some((member) => member.trim().toLowerCase() === "close"),
					);
				},
			),
		);
	});

	it("is hashed and encoded as by other implementations", () => {
		check(
			500,
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				assert.deepEqual(Buffer.from(sha1(bytes)), createHash("sha1").update(bytes).digest());
				const text = base64(bytes);
				assert.strictEqual(text, Buffer.from(bytes).toString("base64"));
				assert.isTrue(isBase64(text, bytes.length));
			}),
		);
	});
});

describe("JSON of a peer, fuzzed", function () {
	this.timeout(patience);

	const limits = { jsonDepth: 5, jsonSlots: 40 };

	/** The depth of a value, and the fewest slots that it takes. */
	function measure(value: unknown): { depth: number; slots: number } {
		if (typeof value !== "object" || value === null) return { depth: 0, slots: 1 };
		const inner = Object.values(value).map(measure);
		const own = Array.isArray(value) ? 3 : 2;
		return {
			depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
			slots: own + inner.reduce((sum, { slots }) => sum + slots, 0),
		};
	}

	/** The value, or the status of the refusal. */
	function read(text: string): { value?: unknown; status?: number } {
		try {
			return { value: parseJson(new Uint8Array(Buffer.from(text, "utf8")), limits) };
		} catch (error) {
			assert.instanceOf(error, HttpError, text);
			return { status: error.status };
		}
	}

	it("has the value that JSON.parse returns, within the limits", () => {
		check(
			2_000,
			fc.property(fc.json({ maxDepth: 6 }), (text) => {
				const { value, status } = read(text);
				const expected: unknown = JSON.parse(text);
				const { depth, slots } = measure(expected);
				if (status === undefined) assert.deepEqual(value, expected);
				if (depth > limits.jsonDepth) assert.isDefined(status);
				else if (slots > limits.jsonSlots) assert.equal(status, 413);
				// Colons and commas count as many as members and items, and one more for the outermost value.
				else if (2 * slots <= limits.jsonSlots) assert.isUndefined(status);
			}),
		);
	});

	it("is refused with a status if it is malformed, and never exceeds the limits", () => {
		const brackets = fc.string({
			unit: fc.constantFrom("[", "]", "{", "}", ",", ":", '"', "\\", '"a"', "1", '\\"', "\\u0000", "null", " "),
			maxLength: 40,
		});
		check(
			4_000,
			fc.property(fc.oneof(spoiled(fc.json({ maxDepth: 6 })), brackets), (text) => {
				const { value, status } = read(text);
				if (status !== undefined) return assert.include([400, 413], status);
				const { depth, slots } = measure(value);
				assert.isAtMost(depth, limits.jsonDepth);
				assert.isAtMost(slots, limits.jsonSlots);
				assert.deepEqual(value, JSON.parse(Buffer.from(text, "utf8").toString("utf8")));
			}),
		);
	});
});

describe("an address, fuzzed", function () {
	this.timeout(patience);

	const address = fc.string({
		unit: fc.constantFrom(
			"http://",
			"HTTP://",
			"cam",
			"192.0.2.1",
			":",
			"8080",
			"0",
			"65536",
			"/",
			"?",
			"#",
			"@",
			"[::1]",
			"%41",
			"a b",
			"..",
			"\r\n",
			"é",
			"_",
			"-",
			".",
		),
		maxLength: 8,
	});

	it("is parsed as by browsers, or rejected with a ClientError", () => {
		let taken = 0;
		check(
			4_000,
			fc.property(
				fc.oneof(
					address,
					address.map((rest) => `http://cam${rest}`),
				),
				(text) => {
					let parsed;
					try {
						parsed = parseUrl(text);
					} catch (error) {
						assert.instanceOf(error, ClientError, text);
						return;
					}
					taken++;
					// The parts that go into a request have no line end, no blank, nothing beyond ASCII.
					assert.deepEqual(
						bytesOf(parsed.authority + parsed.target).filter((byte) => byte <= 0x20 || byte >= 0x7f),
						new Uint8Array(0),
					);
					const url = or(() => new URL(text));
					if (
						!url ||
						/^[\d.]|%|\.$/.test(parsed.host) ||
						parsed.host.endsWith(".") ||
						url.hostname !== parsed.host.toLowerCase()
					)
						return;
					assert.equal(parsed.port, Number(url.port || 80));
				},
			),
		);
		assert.isAbove(taken, 100);
	});
});
