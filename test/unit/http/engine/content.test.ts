import { assert } from "chai";
import { Content, type ContentOwner } from "yieldcam/http/engine/content";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { HttpError } from "yieldcam/http/http-error";
import { Input } from "yieldcam/http/engine/input";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { CHUNKED } from "yieldcam/http/syntax/message-framing";
import { Feed } from "../../support/feed.ts";
import { expand, fixtures, replayed } from "../../support/fixtures.ts";
import { CHUNKS } from "../syntax/parser-fixtures.ts";

interface Taken {
	readonly verdict: number;
	readonly left: number;
	readonly content: Content;
}

function take(length: number, pieces: readonly Uint8Array[], limits = DEFAULT_LIMITS): Taken {
	const content = new Content(length, limits);
	const feed = new Feed();
	let verdict = MORE;
	for (const piece of pieces) {
		feed.push(piece);
		if (verdict === MORE) verdict = content.take(feed.input);
	}
	return { verdict, left: feed.input.length, content };
}

function text(string: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(string));
}

async function rejection(promise: Promise<unknown>): Promise<HttpError> {
	try {
		await promise;
	} catch (error) {
		assert.instanceOf(error, HttpError);
		return error;
	}
	return assert.fail("nothing was thrown");
}

/** An exchange that counts how often the content is wanted. */
function owner(contentWanted: () => void): ContentOwner {
	return { contentWanted, contentResumed: contentWanted, makeContentRoom: () => false, freeMemory: () => true };
}

describe("chunked content", () => {
	const limits = { ...DEFAULT_LIMITS, content: 1_024 };

	for (const { name, input, expected } of fixtures(CHUNKS)) {
		it(`is accepted: ${name}`, async () => {
			const results: [Taken, string][] = [];
			replayed(
				input,
				(pieces) => take(CHUNKED, pieces, limits),
				(result, how) => results.push([result, how]),
			);
			for (const [{ verdict, content, left }, how] of results) {
				if (expected[0] === "more") assert.equal(verdict, MORE, how);
				else if (expected[0].startsWith("ok")) {
					assert.equal(verdict, DONE, how);
					assert.equal(left, 0, how);
					assert.deepEqual(await content.read(), text(expand(expected[0].slice(3))), how);
				} else {
					assert.equal(String(verdict), expected[0], how);
					assert.equal(String((await rejection(content.read())).status), expected[0], how);
				}
			}
		});
	}

	it("ends at its end, whatever follows", () => {
		const { verdict, left } = take(CHUNKED, [text("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n")]);
		assert.equal(verdict, DONE);
		assert.equal(left, "GET / HTTP/1.1\r\n".length);
	});
});

describe("sized content", () => {
	it("has the announced number of bytes, however they arrive", async () => {
		const results: Taken[] = [];
		replayed(
			text("hello GET /"),
			(pieces) => take(5, pieces),
			(result) => results.push(result),
		);
		for (const { verdict, left, content } of results) {
			assert.equal(verdict, DONE);
			assert.equal(left, 6);
			const bytes = await content.read();
			assert.deepEqual(bytes, text("hello"));
			assert.equal(bytes.buffer.byteLength - bytes.byteOffset >= 5, true);
		}
	});

	it("is not allocated by the length that the client claims", () => {
		// The client announces a megabyte and sends five bytes; 10,000 such contents would be 10 GB.
		const kept: Content[] = [];
		for (let i = 0; i < 10_000; i++) kept.push(take(1_000_000, [text("hello")]).content);
		assert.equal(kept.length, 10_000);
		assert.isTrue(kept.every((content) => !content.complete));
	});

	it("is the same each time a handler asks for it", async () => {
		const { content } = take(2, [text("hi")]);
		assert.strictEqual(await content.read(), await content.read());
	});

	it("is announced as wanted once, and only if a handler asks for it", () => {
		let wanted = 0;
		const content = new Content(
			5,
			DEFAULT_LIMITS,
			owner(() => wanted++),
		);
		assert.isFalse(content.wanted);
		assert.isFalse(content.awaited);
		void content.read();
		void content.read();
		assert.equal(wanted, 1);
		assert.isTrue(content.awaited);
	});

	it("rejects when it fails, for those that wait and for those that ask later", async () => {
		const content = new Content(5, DEFAULT_LIMITS);
		const early = content.read();
		content.fail(408);
		assert.equal((await rejection(early)).status, 408);
		assert.equal((await rejection(content.read())).status, 408);
		assert.isFalse(content.awaited);
		assert.isFalse(content.disposable);
	});

	it("can be discarded if little is left, and then is not read anymore", async () => {
		const limits = { ...DEFAULT_LIMITS, maxDiscard: 100 };
		assert.isTrue(new Content(100, limits).disposable);
		assert.isFalse(new Content(101, limits).disposable);
		assert.isFalse(new Content(CHUNKED, limits).disposable);
		const content = new Content(
			5,
			limits,
			owner(() => assert.fail("wanted")),
		);
		content.discard();
		assert.equal((await rejection(content.read())).status, 400);
		const feed = new Feed();
		feed.push(text("hello GET"));
		assert.equal(content.take(feed.input), DONE);
		assert.equal(feed.input.length, 4);
	});
});

describe("the input", () => {
	it("reads no more than its caller asks for", () => {
		const asked: (number | undefined)[] = [];
		const input = new Input({ read: (count) => (asked.push(count), new ArrayBuffer(count!)) });
		input.readable(1_000);
		assert.equal(input.read(300), 300);
		assert.equal(input.read(0), 0);
		assert.equal(input.read(800), 700);
		assert.equal(input.read(800), 0);
		assert.deepEqual(asked, [300, 700]);
		assert.equal(input.length, 1_000);
	});

	it("keeps views valid after their bytes were consumed and more has arrived", () => {
		const feed = new Feed();
		feed.push(text("one "));
		const one = feed.input.bytes;
		feed.input.consume(2);
		feed.push(text("two "));
		const two = feed.input.bytes;
		assert.deepEqual(two, text("e two "));
		feed.input.consume(3);
		feed.push(text("three four five six"));
		feed.push(text("seven"));
		assert.deepEqual(one, text("one "));
		assert.deepEqual(two, text("e two "));
		assert.deepEqual(feed.input.bytes, text("wo three four five sixseven"));
	});

	it("adopts a buffer without a copy if it is empty", () => {
		const buffer = ArrayBuffer.fromString("hello");
		const input = new Input({ read: () => buffer });
		input.readable(5);
		input.read(5);
		assert.strictEqual(input.bytes.buffer, buffer);
	});

	it("is pending while anything is unread, or read and unused", () => {
		const feed = new Feed();
		assert.isFalse(feed.input.pending);
		feed.input.readable(3);
		assert.isTrue(feed.input.pending);
		feed.push(text("abc"));
		assert.isTrue(feed.input.pending);
		feed.input.consume(3);
		assert.isFalse(feed.input.pending);
	});
});
