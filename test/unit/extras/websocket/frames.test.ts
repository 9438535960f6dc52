import { assert } from "chai";
import { replayed } from "../../support/fixtures.ts";
import {
	binary,
	close,
	concat,
	echo,
	frame,
	ping,
	pong,
	serveWebSocket,
	text,
	utf8Of,
} from "../../support/web-socket-peer.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** RFC 6455, 5.7, literally. */
const HELLO = bytes(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);

/** What a client sends, and what it receives from a server that echoes messages. */
interface Dialogue {
	readonly name: string;
	readonly sent: Uint8Array;
	readonly got: readonly string[];
}

function dialogues(
	rows: readonly (readonly [name: string, sent: readonly Uint8Array[], ...got: string[]])[],
): Dialogue[] {
	return rows.map(([name, sent, ...got]) => ({ name, sent: concat(...sent), got }));
}

/** Ends a dialogue that the server leaves open. */
const BYE = close(1000);

const good = dialogues([
	["text, masked as in RFC 6455, 5.7", [HELLO, BYE], "text Hello", "close 1000", "end"],
	["text in two frames", [frame(0x01, "Hel"), frame(0x80, "lo"), BYE], "text Hello", "close 1000", "end"],
	[
		"a Ping",
		[bytes(0x89, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58), BYE],
		"pong Hello",
		"close 1000",
		"end",
	],
	["a Ping without payload", [ping(), BYE], "pong", "close 1000", "end"],
	["a Ping with the longest payload", [ping("p".repeat(125)), BYE], `pong ${"p".repeat(125)}`, "close 1000", "end"],
	["an unsolicited Pong", [pong("?"), text("x"), BYE], "text x", "close 1000", "end"],
	[
		"a Ping between two frames of a message",
		[frame(0x01, "Hel"), ping("now"), frame(0x80, "lo"), BYE],
		"pong now",
		"text Hello",
		"close 1000",
		"end",
	],
	["empty messages", [text(""), binary(bytes()), BYE], "text", "binary 0 bytes", "close 1000", "end"],
	[
		"empty frames of a message",
		[frame(0x01), frame(0x00), frame(0x00, "a"), frame(0x80), BYE],
		"text a",
		"close 1000",
		"end",
	],
	["nothing in several frames", [frame(0x02), frame(0x00), frame(0x80), BYE], "binary 0 bytes", "close 1000", "end"],
	["125 bytes", [text("x".repeat(125)), BYE], `text ${"x".repeat(125)}`, "close 1000", "end"],
	["126 bytes", [text("x".repeat(126)), BYE], `text ${"x".repeat(126)}`, "close 1000", "end"],
	[
		"bytes of every value",
		[binary(Uint8Array.from({ length: 256 }, (_, i) => i)), BYE],
		"binary 256 bytes",
		"close 1000",
		"end",
	],
	["a mask of zeros", [frame(0x81, "Hello", [0, 0, 0, 0]), BYE], "text Hello", "close 1000", "end"],
	[
		"UTF-8 over a frame's end",
		[frame(0x01, bytes(0xe2, 0x82)), frame(0x80, bytes(0xac)), BYE],
		"text €",
		"close 1000",
		"end",
	],
	["characters beyond the first plane", [text("😀"), BYE], "text 😀", "close 1000", "end"],
	["a code without a reason", [close(1001)], "close 1001", "end"],
	["a code with a reason, which the server may leave out", [close(1000, "bye")], "close 1000", "end"],
	["no code", [close()], "close", "end"],
	["the longest reason", [close(1000, "r".repeat(123))], "close 1000", "end"],
	["a NUL in a reason", [close(1000, bytes(0))], "close 1000", "end"],
]);

const bad = dialogues([
	["no mask", [frame(0x81, "Hello", null)], "close 1002"],
	["no mask on a Close", [frame(0x88, bytes(3, 232), null)], "close 1002"],
	...[0x40, 0x20, 0x10, 0x70].map(
		(bits) => [`reserved bits ${bits >> 4}`, [frame(0x81 | bits, "x")], "close 1002"] as const,
	),
	...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
		(opcode) => [`opcode ${opcode}`, [frame(0x80 | opcode, "x")], "close 1002"] as const,
	),
	["a Ping in parts", [frame(0x09, "x")], "close 1002"],
	["a Close in parts", [frame(0x08)], "close 1002"],
	["a Ping of 126 bytes", [ping("p".repeat(126))], "close 1002"],
	["a Close of 126 bytes", [close(1000, "r".repeat(124))], "close 1002"],
	["a continuation without a message", [frame(0x80, "x")], "close 1002"],
	["a continuation after the end", [text("x"), frame(0x80, "y")], "text x", "close 1002"],
	["another message within one", [frame(0x01, "x"), frame(0x81, "y")], "close 1002"],
	["125 bytes, with a two-byte length", [bytes(0x82, 0xfe, 0, 125, 0, 0, 0, 0)], "close 1002"],
	[
		"65,535 bytes, with an eight-byte length",
		[bytes(0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0)],
		"close 1002",
	],
	["a length beyond 2^63", [bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)], "close 1002"],
	[
		"a length of 2^63 - 1",
		[bytes(0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
		"close 1009",
	],
	["a length of 4 GiB and a little", [bytes(0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0)], "close 1009"],
	["4,097 bytes, none of which has arrived", [bytes(0x82, 0xfe, 0x10, 0x01, 0, 0, 0, 0)], "close 1009"],
	["a Close of one byte", [frame(0x88, "x")], "close 1002"],
	...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map(
		(code) => [`a Close with ${code}`, [close(code)], "close 1002"] as const,
	),
	["a reason that is not UTF-8", [close(1000, bytes(0xce, 0xba, 0xff))], "close 1007"],
	["a frame after an error, which is ignored", [frame(0x83), text("x")], "close 1002"],
	["a Close, after which everything is ignored", [close(1000), text("x"), frame(0xff)], "close 1000"],
]);

/** The cases of the Autobahn suite, 6, and of Markus Kuhn's decoder stress test. */
const NOT_UTF8: readonly (readonly [what: string, ...values: number[]])[] = [
	["a continuation byte alone", 0x80],
	["a character cut short", 0xe2, 0x82],
	["a character cut short by another", 0xe2, 0x82, 0x61],
	["an overlong slash in two", 0xc0, 0xaf],
	["an overlong slash in three", 0xe0, 0x80, 0xaf],
	["an overlong slash in four", 0xf0, 0x80, 0x80, 0xaf],
	["an overlong NUL, as XS encodes it", 0xc0, 0x80],
	["the largest overlong in two", 0xc1, 0xbf],
	["a high surrogate", 0xed, 0xa0, 0x80],
	["a low surrogate", 0xed, 0xbf, 0xbf],
	["a pair of surrogates", 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
	["U+110000", 0xf4, 0x90, 0x80, 0x80],
	["five bytes", 0xf8, 0x88, 0x80, 0x80, 0x80],
	["six bytes", 0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
	["FE", 0xfe],
	["FF", 0xff],
	["Latin-1 among text", 0x68, 0xe9, 0x74],
];

/** The result is the same however the bytes arrive. */
async function inEveryWay(sent: Uint8Array, got: readonly string[]): Promise<void> {
	const ways: Promise<void>[] = [];
	replayed(
		sent,
		async (pieces) => {
			const { open, log } = serveWebSocket(echo);
			const peer = await open();
			await peer.send(...pieces);
			return [...peer.take(), ...log];
		},
		(result, how) => ways.push(result.then((lines) => assert.deepEqual(lines, got, how))),
	);
	await Promise.all(ways);
}

/** TCP may have to end with a reset, but not before the peer has received the Close. */
function withoutEnd(lines: readonly string[]): string[] {
	return lines.filter((line) => line !== "end" && line !== "reset");
}

describe("a WebSocket", () => {
	for (const { name, sent, got } of good) it(`accepts ${name}`, () => inEveryWay(sent, got));

	for (const { name, sent, got } of bad) {
		it(`closes after ${name}: ${got.at(-1)}`, async () => {
			const ways: Promise<void>[] = [];
			replayed(
				sent,
				async (pieces) => {
					const { open, log, network } = serveWebSocket(echo);
					const peer = await open();
					await peer.send(...pieces);
					const lines = peer.take();
					peer.client.finish();
					assert.equal(network.open, 0);
					return [...lines, ...log];
				},
				(result, how) => ways.push(result.then((lines) => assert.deepEqual(withoutEnd(lines), got, how))),
			);
			await Promise.all(ways);
		});
	}

	for (const [what, ...values] of NOT_UTF8) {
		it(`closes after text that is not UTF-8: ${what}`, async () => {
			const { open } = serveWebSocket(echo);
			assert.deepEqual((await (await open()).send(text(bytes(...values)))).take(), ["close 1007", "end"]);
			const parts = values.map((value, at) =>
				frame((at === 0 ? 1 : 0) | (at === values.length - 1 ? 0x80 : 0), bytes(value)),
			);
			assert.deepEqual((await (await open()).send(concat(...parts))).take(), ["close 1007", "end"]);
			assert.deepEqual(
				(await (await open()).send(binary(bytes(...values)))).take(),
				[`binary ${values.length} bytes`],
				"binary data may be anything",
			);
		});
	}

	it("echoes what it received, byte for byte", async () => {
		const { open } = serveWebSocket(echo);
		for (const payload of [
			bytes(0x61, 0, 0x62, 0),
			...["Hello", "\u{10ffff}\ufeff", "x".repeat(126), "é".repeat(600)].map(utf8Of),
		]) {
			const peer = await open();
			await peer.send(text(payload));
			assert.deepEqual(Array.from(peer.client.received.slice(-payload.length)), Array.from(payload));
			await peer.send(close(1000));
		}
	});

	it("accepts a message as large as the limit, in one frame or in many, and none that is larger", async () => {
		const { open } = serveWebSocket(echo, { limits: { message: 300 } });
		const whole = await (await open()).send(binary(new Uint8Array(300)));
		assert.deepEqual(whole.take(), ["binary 300 bytes"]);
		const bits = Array.from({ length: 300 }, (_, i) => frame(i === 0 ? 0x02 : i === 299 ? 0x80 : 0x00, "x"));
		const many = await (await open()).send(concat(...bits));
		assert.deepEqual(many.take(), ["binary 300 bytes"]);
		const more = await (await open()).send(concat(...bits.slice(0, 299), frame(0x80, "xx")));
		assert.deepEqual(more.take(), ["close 1009"]);
		more.client.finish();
		assert.deepEqual(more.take(), ["end"]);
	});
});
