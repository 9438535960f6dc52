import { assert } from "chai";
import fc from "fast-check";
import { MORE } from "yieldcam/http/syntax/field-section";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { UNLIMITED_MACHINE } from "yieldcam/http/machine";
import { NewNames } from "yieldcam/http/new-names";
import { CLOSE, PING, PONG } from "yieldcam/websocket/frame";
import { Reader } from "yieldcam/websocket/reader";
import { Feed } from "../unit/support/feed.ts";
import { frame } from "../unit/support/web-socket-peer.ts";
import { check, patience } from "./support/check.ts";
import { pieces, splits } from "./support/inputs.ts";
import { Measure } from "./support/measure.ts";

const LIMIT = 700;

/** The reader's output: a line for each message and control frame, and the code if it ends. */
function read(parts: readonly Uint8Array[]): string[] {
	const feed = new Feed();
	const measure = new Measure();
	const reader = new Reader(
		LIMIT,
		{ limits: DEFAULT_LIMITS, machine: UNLIMITED_MACHINE, newNames: new NewNames(UNLIMITED_MACHINE, 0) },
		measure,
	);
	const log: string[] = [];
	let arrived = 0;
	for (const part of parts) {
		feed.push(part);
		arrived += part.length;
		for (;;) {
			const left = feed.input.length;
			const verdict = reader.read(feed.input);
			// Doubling, and a control frame in the middle of a message.
			assert.isAtMost(measure.most, Math.min(2 * arrived, LIMIT + 125));
			if (verdict >= 1000) return [...log, `code ${verdict}`];
			if (verdict === CLOSE || verdict === PING || verdict === PONG)
				log.push(`control ${verdict} ${Buffer.from(reader.control).toString("hex")}`);
			const message = reader.take();
			if (message)
				log.push(`${message.binary ? "binary" : "text"} ${Buffer.from(message.bytes).toString("hex")}`);
			else if (verdict === MORE && (feed.input.length === left || feed.input.length === 0)) break;
		}
	}
	return log;
}

const mask = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => [...bytes]);
const payload = fc.oneof(
	fc.string({ unit: "binary", maxLength: 40 }).map((text) => new Uint8Array(Buffer.from(text, "utf8"))),
	fc.uint8Array({ maxLength: 200 }),
);
const smallPayload = fc.uint8Array({ maxLength: 125 });

/** A message in any number of frames, with control frames between them, and the expected output. */
const message = fc
	.record({
		binary: fc.boolean(),
		parts: fc.array(
			fc.record({
				text: fc.string({ unit: "binary", maxLength: 20 }),
				mask,
				before: fc.option(fc.tuple(fc.constantFrom(PING, PONG), smallPayload), { nil: undefined }),
			}),
			{ minLength: 1, maxLength: 4 },
		),
	})
	.map(({ binary, parts }) => {
		const frames: Uint8Array[] = [];
		const log: string[] = [];
		// A frame's end may cut a character in two, so it is cut as bytes.
		const bytes = Buffer.from(parts.map(({ text }) => text).join(""), "utf8");
		const size = Math.ceil(bytes.length / parts.length);
		for (const [index, { mask, before }] of parts.entries()) {
			if (before) {
				frames.push(frame(0x80 | before[0], before[1], mask));
				log.push(`control ${before[0]} ${Buffer.from(before[1]).toString("hex")}`);
			}
			const first = (index === 0 ? (binary ? 2 : 1) : 0) | (index === parts.length - 1 ? 0x80 : 0);
			frames.push(frame(first, new Uint8Array(bytes.subarray(index * size, (index + 1) * size)), mask));
		}
		log.push(`${binary ? "binary" : "text"} ${bytes.toString("hex")}`);
		return { frames, log };
	});

/** Frames of which some are not allowed, and some have a wrong length. */
const noise = fc
	.array(
		fc.tuple(
			fc.oneof(fc.constantFrom(0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8a), fc.nat(255)),
			payload,
			mask,
			fc.option(fc.tuple(fc.nat(12), fc.nat(255)), { nil: undefined, freq: 3 }),
		),
		{ minLength: 1, maxLength: 5 },
	)
	.map((frames) =>
		Buffer.concat(
			frames.map(([first, bytes, key, lie]) => {
				const whole = frame(first, bytes, key);
				if (lie && lie[0] < whole.length) whole[lie[0]] = lie[1];
				return whole;
			}),
		),
	);

describe("the reader of WebSocket frames, fuzzed", function () {
	this.timeout(patience);

	it("reads a client's frames as intended, however they are split", () => {
		check(
			500,
			fc.property(fc.array(message, { minLength: 1, maxLength: 3 }), splits, (messages, places) => {
				const input = new Uint8Array(Buffer.concat(messages.flatMap(({ frames }) => frames)));
				const expected = messages.flatMap(({ log }) => log);
				for (const way of [[input], ...pieces(input, places)]) assert.deepEqual(read(way), expected);
			}),
		);
	});

	it("has one verdict on any input, and holds no more than has arrived", () => {
		check(
			2_000,
			fc.property(noise, splits, (bytes, places) => {
				const input = new Uint8Array(bytes);
				const whole = read([input]);
				for (const way of pieces(input, places)) assert.deepEqual(read(way), whole);
			}),
		);
	});

	it("takes no memory for a claimed length", () => {
		check(
			300,
			fc.property(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), smallPayload, (claimed, bytes) => {
				const header = Buffer.alloc(14);
				header[0] = 0x82;
				header[1] = 0xff;
				header.writeBigUInt64BE(claimed, 2);
				const log = read([new Uint8Array(Buffer.concat([header, bytes]))]);
				assert.deepEqual(
					log,
					claimed > 0x7fff_ffff_ffff_ffffn || claimed < 0x1_0000n ? ["code 1002"] : ["code 1009"],
				);
			}),
		);
	});
});
