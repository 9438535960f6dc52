import { DEFAULT_LIMITS } from "../../src/http/limits.ts";
import type { Random } from "./random.ts";
import type { Piece, Pieces } from "./script.ts";
import type { Route } from "./targets.ts";

/** Text before and after repeated values, each of which costs as much as it can. */
const REPEATED: readonly [opening: string, value: Pieces, closing: string][] = [
	["[", "[],", "[]]"],
	["[", "{},", "{}]"],
	["[", "0,", "0]"],
	["[", '"",', '""]'],
	["[", "1.5e300,", "0]"],
	["[", "[{}],", "0]"],
	['{"brightness":[', "[],", "[]]}"],
	['{"brightness":1', ',"brightness":1', "}"],
	['{"a":{"a":[', '{"a":1},', "{}]}}"],
	['{"forward":0,"turn":0,"more":[', "[],", "[]]}"],
	['{"version":1,"controls":[', "[],", "[]]}"],
	['{"admin":[', "[],", "[]]}"],
];

const NAMINGS: readonly [before: string, after: string][] = [
	['{"brightness":1', "}"],
	['{"forward":0,"turn":0,"more":{"a":0', "}}"],
	['{"version":1,"controls":{"a":0', "}}"],
	['{"admin":null', "}"],
	['[{"a":0', "}]"],
];

const TEXTS = ["x", "\\u00e9", "\\n", '\\"', "\xc3\xa9", "\xf0\x9f\x98\x80", "\\ud83d\\ude00", " ", "\\u0000", "\xff"];

/** JSON, or nearly. */
export function generateJson(random: Random, most = DEFAULT_LIMITS.content): Pieces {
	const length = random.chance(0.5) ? random.between(Math.floor(most * 0.6), most - 200) : random.size(1, most);
	const text = random.pick(TEXTS);
	return random.pick<() => Pieces>([
		() =>
			random.pick([
				"{}",
				"[]",
				"null",
				'{"brightness":1}',
				'{"contrast":0,"mirror":true}',
				'{"forward":0.5,"turn":0}',
				'{"admin":"short"}',
				'{"brightness":99}',
				"",
				"{",
			]),
		() => {
			const [opening, value, closing] = random.pick(REPEATED);
			const count = random.chance(0.6)
				? Math.max(1, Math.floor(random.around(DEFAULT_LIMITS.jsonSlots) / random.pick([1, 2, 3])))
				: random.size(1, 3_000);
			return [opening, { repeat: value, count }, closing];
		},
		() => {
			const depth = Math.max(
				1,
				random.chance(0.8) ? random.around(DEFAULT_LIMITS.jsonDepth) : random.size(1, most / 2),
			);
			const [open, close] = random.pick([
				["[", "]"],
				['{"a":', "}"],
				['[{"a":', "}]"],
			] as const);
			return [{ repeat: open, count: depth }, "0", { repeat: close, count: depth }];
		},
		() => {
			// new names
			const [before, after] = random.pick(NAMINGS);
			return [
				before,
				{ repeat: [',"', { fresh: random.pick([4, 8, 30, 200]) }, '":0'], count: random.size(1, 250) },
				after,
			];
		},
		() => {
			// a long name
			const [before, after] = random.pick(NAMINGS);
			return [
				`${before},"`,
				{ fresh: 6 },
				{ repeat: text, count: Math.ceil(length / text.length) },
				'":0',
				after,
			];
		},
		() => {
			// a long text
			const name = random.pick(["brightness", "frameSize", "admin", "forward", "none"]),
				count = Math.ceil(length / text.length);
			// A password that is accepted would keep the test itself out.
			return [`{"${name}":"`, { repeat: text, count: name === "admin" ? Math.max(count, 150) : count }, '"}'];
		},
		() => [{ repeat: random.pick([" ", "\t", "0", "-", '"', "[", "{", "x"]), count: length }],
	])();
}

/** The rest of a head, and the content; whole, or of another length than announced. */
export function generateContent(random: Random, { takes }: Route): Piece {
	const content: Pieces =
		takes === "jpeg"
			? random.chance(0.5)
				? ["\xff\xd8", { repeat: "x", count: random.size(1, 200_000) }, "\xff\xd9"]
				: [{ repeat: "x", count: random.size(1, 100_000) }]
			: random.chance(0.1)
				? [{ repeat: " ", count: random.around(DEFAULT_LIMITS.content) }]
				: generateJson(random);
	if (random.chance(0.3))
		return { chunked: content, size: random.pick([1, 16, 100, 1_000, 10_000]), open: random.chance(0.3) };
	return {
		body: content,
		...(random.chance(0.3) && { more: random.pick([1, -1, 100, 2_000, 9_000, DEFAULT_LIMITS.content]) }),
	};
}

/** A message for a WebSocket, in one frame or several, or something else. */
export function generateMessage(random: Random): Piece[] {
	const json = generateJson(random, 4_096);
	return random.pick<() => Piece[]>([
		() => [{ masked: json }],
		() => [{ masked: '{"forward":0.1,"turn":0}' }],
		() => [
			{ masked: json, first: 0x01 },
			{ repeat: [{ masked: " ", first: 0x00 }], count: random.size(1, 500) },
		],
		() => [{ repeat: [{ masked: "ping", first: 0x89 }], count: random.size(1, 300) }],
		() => [{ masked: json, first: random.pick([0x82, 0x88, 0x8a, 0xc1, 0x8f]) }],
		() => ["\x81\xfe\x0f\xff\x00\x00\x00\x00"], // a frame that announces 4,095 bytes, which do not come
	])();
}
