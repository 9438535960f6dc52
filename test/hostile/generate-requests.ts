import { DEFAULT_LIMITS } from "../../src/http/limits.ts";
import { generateContent } from "./generate-content.ts";
import type { Random } from "./random.ts";
import { handshake } from "./requests.ts";
import type { Piece } from "./script.ts";
import { basic, type Route, type Target } from "./targets.ts";

const SEPARATORS = [
	",",
	";",
	"=",
	'"',
	" ",
	"\t",
	"%",
	"/",
	"&",
	":",
	"\\",
	"(",
	", ",
	"a,",
	'"",',
	"a=b;",
	"%41",
	"\xff",
];

/** Fields, with the beginnings of their values. */
const FIELDS: readonly [name: string, beginnings: readonly string[]][] = [
	["If-None-Match", ["", 'W/"a"', "*"]],
	["Content-Type", ["", "application/json", "application/json; charset=", "image/jpeg"]],
	["Accept", ["", "*/*", "text/html"]],
	["Accept-Encoding", ["", "gzip"]],
	["Accept-Language", ["", "en"]],
	["Cookie", ["", "stream_client=", "a=b"]],
	["Origin", ["", "http://127.0.0.1", "http://elsewhere.example", "null"]],
	["Referer", ["", "http://127.0.0.1/"]],
	["Connection", ["", "close", "keep-alive", "Upgrade"]],
	["Expect", ["", "100-continue"]],
	["Upgrade", ["", "websocket"]],
	["Range", ["", "bytes=0-"]],
	["TE", ["", "trailers"]],
	["Sec-Fetch-Site", ["", "cross-site", "same-origin"]],
	["Sec-WebSocket-Protocol", ["", "a"]],
	["Sec-WebSocket-Extensions", ["", "permessage-deflate"]],
	["If-Modified-Since", ["", "Sun, 29 Nov 2026 00:00:00 GMT"]],
	["X-Forwarded-For", ["", "127.0.0.1"]],
	["Access-Control-Request-Headers", ["", "content-type"]],
	["X", ["", "x"]],
];

/** A line of separators, as long as a head may be, or shorter. */
export function listField(random: Random): Piece[] {
	const [name, beginnings] = random.pick(FIELDS);
	const separator = random.pick(SEPARATORS);
	const size = random.chance(0.5) ? random.size(1, 4_000) : random.around(DEFAULT_LIMITS.head - 200);
	return [
		`${name}: ${random.pick(beginnings)}`,
		{ repeat: separator, count: Math.ceil(size / separator.length) },
		"\r\n",
	];
}

function manyFields(random: Random): Piece[] {
	return [
		{
			repeat: [random.chance(0.5) ? "X: " : "Cookie: a=", { fresh: 6 }, "\r\n"],
			count: Math.max(1, random.around(DEFAULT_LIMITS.fields - 4)),
		},
	];
}

function authorization(random: Random): Piece[] {
	const length = random.chance(0.5) ? random.size(1, 3_800) : random.between(0, 200);
	const filler = random.pick(["A", "=", ",", '"', "YTpi", "%", " ", ":"]);
	const repeated: Piece = { repeat: filler, count: Math.ceil(length / filler.length) };
	return random.pick<() => Piece[]>([
		() => ["Authorization: Basic ", repeated, "\r\n"],
		() => [basic("admin", "x".repeat(random.between(0, 150)))],
		() => ["Authorization: Bearer ", random.pick(["", "admin.", "viewer."]), repeated, "\r\n"],
		() => [
			'Authorization: Digest username="admin", realm="yieldcam", nonce="',
			repeated,
			'", uri="/", nc=00000001, cnonce="c", qop=auth, response="00"\r\n',
		],
		() => ["Authorization: Digest ", { repeat: `a${filler}="b", `, count: random.size(1, 400) }, "\r\n"],
		() => ["Authorization: ", repeated, "\r\n"],
	])();
}

/** Field lines that nothing needs; mostly none. */
export function generateFields(random: Random, target: Target): Piece[] {
	const pieces: Piece[] = [];
	if (random.chance(0.25)) pieces.push(...listField(random));
	if (random.chance(0.08)) pieces.push(...manyFields(random));
	if (random.chance(target.strangers ? 0.4 : 0.1)) pieces.push(...authorization(random));
	else if (target.strangers && random.chance(0.6)) pieces.push(random.pick([...target.strangers]));
	return pieces;
}

function targetOf(random: Random, { path }: Route): Piece[] {
	if (!random.chance(0.15)) return [path];
	const separator = random.pick(["&", "=", "%41", "/", ";", "%", "&a=", "?", "+"]);
	const size = random.around(DEFAULT_LIMITS.target - path.length);
	return [
		path,
		path.includes("?") ? "&" : "?",
		{ repeat: separator, count: Math.max(1, Math.ceil(size / separator.length)) },
	];
}

/** A request to one of the routes, whole unless it announces more content than it has. */
export function generateRequest(random: Random, target: Target, route = random.pick(target.routes)): Piece[] {
	if (route.takes === "messages" && random.chance(0.8)) return [handshake(route.path)];
	const method = random.chance(0.03)
		? random.pick(["OPTIONS", "DELETEX", "HEAD", "X".repeat(random.around(DEFAULT_LIMITS.method))])
		: route.method;
	const version = random.chance(0.1) ? "1.0" : "1.1";
	const head: Piece[] = [
		`${method} `,
		...targetOf(random, route),
		` HTTP/${version}\r\nHost: 127.0.0.1\r\n`,
		...generateFields(random, target),
	];
	if (!route.takes && !random.chance(0.05)) return [...head, "\r\n"];
	const type = route.takes === "jpeg" ? "image/jpeg" : random.chance(0.95) ? "application/json" : "text/plain";
	return [
		...head,
		`Content-Type: ${type}\r\n`,
		...(random.chance(0.05) ? ["Expect: 100-continue\r\n"] : []),
		generateContent(random, route),
	];
}
