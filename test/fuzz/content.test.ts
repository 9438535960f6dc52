import { assert } from "chai";
import fc from "fast-check";
import { ContentBuffer } from "yieldcam/http/engine/content-buffer";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { CHUNKED } from "yieldcam/http/syntax/message-framing";
import { Feed } from "../unit/support/feed.ts";
import { check, patience } from "./support/check.ts";
import { bytesOf, fieldValue, pieces, spoiled, splits, token } from "./support/inputs.ts";
import { Measure } from "./support/measure.ts";

const LIMITS = { ...DEFAULT_LIMITS, content: 600, head: 200, fields: 4 };

interface Taken {
	readonly verdict: number;
	readonly content: string;
	/** Bytes left in the input, if the content is complete. */
	readonly left?: number;
	readonly held: number;
}

function take(length: number, parts: readonly Uint8Array[]): Taken {
	const feed = new Feed();
	const measure = new Measure();
	const buffer = new ContentBuffer(length, LIMITS, measure);
	let verdict = MORE;
	let taken = 0;
	for (const part of parts) {
		feed.push(part);
		if (verdict === MORE) {
			verdict = buffer.take(feed.input);
			taken += part.length;
			assert.isAtMost(measure.most, Math.min(2 * taken, LIMITS.content), "only received bytes may take memory");
		}
	}
	return {
		verdict,
		content: Buffer.from(buffer.bytes).toString("latin1"),
		...(verdict === DONE && { left: feed.input.length }),
		held: measure.most,
	};
}

/** The result, apart from how much memory was held on the way. */
function outcome(length: number, parts: readonly Uint8Array[]): Omit<Taken, "held"> {
	const { held: _, ...rest } = take(length, parts);
	// How much passed through before a refusal depends on how it was split.
	return rest.verdict === DONE || rest.verdict === MORE ? rest : { verdict: rest.verdict, content: "" };
}

const content = fc.string({ unit: "binary-ascii", maxLength: 300 });

/** Content cut into chunks, as a client may cut it, and its encoding. */
const chunked = fc
	.record({
		chunks: fc.array(
			fc.record({
				data: fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 60 }),
				upper: fc.boolean(),
				zeros: fc.integer({ min: 0, max: 6 }),
				extension: fc.option(
					fc.tuple(token, token).map(([name, value]) => `;${name}=${value}`),
					{ nil: "" },
				),
			}),
			{ maxLength: 8 },
		),
		trailers: fc.array(
			fc.tuple(token, fieldValue).map(([name, value]) => `${name}: ${value}\r\n`),
			{ maxLength: 2 },
		),
	})
	.map(({ chunks, trailers }) => ({
		content: chunks.map(({ data }) => data).join(""),
		text:
			chunks
				.map(({ data, upper, zeros, extension }) => {
					const size = data.length.toString(16);
					return `${"0".repeat(zeros)}${upper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
				})
				.join("") + `0\r\n${trailers.join("")}\r\n`,
	}));

describe("content, fuzzed", function () {
	this.timeout(patience);

	it("in chunks has the chunks' data, however it is split, and leaves what follows", () => {
		check(
			500,
			fc.property(chunked, splits, (sent, places) => {
				const input = bytesOf(`${sent.text}GET /`);
				assert.deepEqual(outcome(CHUNKED, [input]), { verdict: DONE, content: sent.content, left: 5 });
				for (const way of pieces(input, places)) {
					const taken = outcome(CHUNKED, way);
					assert.deepEqual(taken, { verdict: DONE, content: sent.content, left: 5 });
				}
			}),
		);
	});

	it("in damaged chunks has one verdict, however it is split, and holds no more than has arrived", () => {
		check(
			2_000,
			fc.property(spoiled(chunked.map(({ text }) => text)), splits, (sent, places) => {
				const input = bytesOf(sent);
				const whole = outcome(CHUNKED, [input]);
				assert.include([MORE, DONE, 400, 413, 431], whole.verdict);
				for (const way of pieces(input, places)) assert.deepEqual(outcome(CHUNKED, way), whole);
			}),
		);
	});

	it("in chunks of any claimed size takes no memory for bytes that do not come", () => {
		check(
			500,
			fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), content, (claimed, data) => {
				const { verdict, held } = take(CHUNKED, [bytesOf(`${claimed.toString(16)}\r\n${data}`)]);
				assert.isAtMost(held, data.length);
				if (claimed > LIMITS.content) assert.deepEqual([verdict, held], [413, 0]);
			}),
		);
	});

	it("with a length ends there, however it is split", () => {
		check(
			500,
			fc.property(content, content, splits, (data, rest, places) => {
				const input = bytesOf(data + rest);
				for (const way of [[input], ...pieces(input, places)]) {
					if (data.length === 0 && input.length === 0) continue;
					assert.deepEqual(outcome(data.length, way), { verdict: DONE, content: data, left: rest.length });
				}
			}),
		);
	});
});
