import { assert } from "chai";
import fc from "fast-check";
import { DEFAULT_CLIENT_LIMITS } from "yieldcam/client/limits";
import { ResponseReader } from "yieldcam/client/response-reader";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { Feed } from "../unit/support/feed.ts";
import { check, patience } from "./support/check.ts";
import { bytesOf, fieldValue, pieces, spoiled, splits, token } from "./support/inputs.ts";

const LIMITS = { ...DEFAULT_CLIENT_LIMITS, head: 300, fields: 8, content: 500 };

const framing = new Set(["content-length", "transfer-encoding", "connection"]);

const response = fc
	.record({
		status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
		reason: fieldValue,
		interim: fc.boolean(),
		fields: fc.array(
			fc.tuple(
				token.filter((name) => !framing.has(name.toLowerCase())),
				fieldValue,
			),
			{ maxLength: 3 },
		),
		content: fc.string({ unit: "binary-ascii", maxLength: 100 }),
		chunked: fc.boolean(),
	})
	.map(({ status, reason, interim, fields, content, chunked }) => ({
		status,
		content,
		text: [
			...(interim ? ["HTTP/1.1 100 Continue", ""] : []),
			`HTTP/1.1 ${status} ${reason}`,
			...fields.map(([name, value]) => `${name}: ${value}`),
			chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${content.length}`,
			"",
			chunked ? `${content && `${content.length.toString(16)}\r\n${content}\r\n`}0\r\n\r\n` : content,
		].join("\r\n"),
	}));

interface Read {
	readonly verdict: number;
	readonly status?: number;
	readonly content?: string;
	readonly left?: number;
}

function read(parts: readonly Uint8Array[]): Read {
	const reader = new ResponseReader("GET", LIMITS);
	const feed = new Feed();
	let verdict = MORE;
	for (const part of parts) {
		feed.push(part);
		if (verdict === MORE) verdict = reader.read(feed.input);
	}
	if (verdict !== DONE) return { verdict };
	const { status, bytes } = reader.response;
	assert.isAtMost(bytes.length, LIMITS.content);
	return { verdict, status, content: Buffer.from(bytes).toString("latin1"), left: feed.input.length };
}

describe("the reader of responses, fuzzed", function () {
	this.timeout(patience);

	it("reads a server's response as intended, and leaves what follows", () => {
		check(
			600,
			fc.property(
				response,
				fc.string({ unit: "binary-ascii", maxLength: 20 }),
				splits,
				({ status, content, text }, rest, places) => {
					const input = bytesOf(text + rest);
					const expected = { verdict: DONE, status, content, left: rest.length };
					for (const way of [[input], ...pieces(input, places)]) assert.deepEqual(read(way), expected);
				},
			),
		);
	});

	it("has one verdict on any input", () => {
		check(
			2_000,
			fc.property(spoiled(response.map(({ text }) => text)), splits, (text, places) => {
				const input = bytesOf(text);
				const whole = read([input]);
				assert.include([MORE, DONE, 400, 413, 431, 501, 505], whole.verdict);
				for (const way of pieces(input, places)) assert.deepEqual(read(way), whole);
			}),
		);
	});
});
