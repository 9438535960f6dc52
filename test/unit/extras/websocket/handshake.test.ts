import { assert } from "chai";
import { base64, isBase64 } from "yieldcam/http/syntax/base64";
import { Router } from "yieldcam/http/router";
import { acceptOf } from "yieldcam/websocket/handshake";
import { isSameHost } from "yieldcam/http/syntax/origin";
import { sha1 } from "yieldcam/websocket/sha1";
import { webSocket, type WebSocketOptions } from "yieldcam/websocket/web-socket";
import { head, serve } from "../../support/serve.ts";
import { echo, HANDSHAKE, KEY, serveWebSocket, text, utf8Of } from "../../support/web-socket-peer.ts";

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("SHA-1", () => {
	const vectors: [what: string, text: string, digest: string][] = [
		["RFC 3174, test 1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
		[
			"RFC 3174, test 2",
			"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1",
		],
		[
			"RFC 3174, test 4",
			"0123456701234567012345670123456701234567012345670123456701234567".repeat(10),
			"dea356a2cddd90c7a7ecedc5ebb563934f460452",
		],
		["nothing", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
		["55 letters", "x".repeat(55), "cef734ba81a024479e09eb5a75b6ddae62e6abf1"],
		["56 letters", "x".repeat(56), "901305367c259952f4e7af8323f480d59f81335b"],
		["63 letters", "x".repeat(63), "0ddc4e0cccd9a12850deb5abb0853a4425559fec"],
		["64 letters", "x".repeat(64), "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"],
		["65 letters", "x".repeat(65), "78c741ddc482e4cdf8c474a0876347a0905b6233"],
		["119 letters", "x".repeat(119), "4300320394f7ee239bcdce7d3b8bcee173a0cd5c"],
		["120 letters", "x".repeat(120), "ceb2821639c4b6dcb10bce0e522ca2e608ce056d"],
	];
	for (const [what, message, digest] of vectors)
		it(`of ${what}`, () => assert.equal(hex(sha1(utf8Of(message))), digest));
});

describe("base64", () => {
	const vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]; // RFC 4648, 10
	it("is that of RFC 4648", () => {
		assert.deepEqual(
			vectors.map((_, length) => base64(utf8Of("foobar".slice(0, length)))),
			vectors,
		);
		assert.equal(base64(Uint8Array.of(0xfb, 0xff, 0xfe)), "+//+");
	});

	it("is distinguished from other text", () => {
		vectors.forEach((vector, length) => assert.isTrue(isBase64(vector, length), vector));
		for (const other of ["Zg=", "Zg", "Zg=a", "Zm8==", "Z===", "Z-==", "Zg== ", "Zg==\0", "é==="])
			assert.isFalse(isBase64(other, 1), other);
	});
});

describe("the opening handshake", () => {
	function ask(request: string, options: WebSocketOptions = {}): Promise<string> {
		const router = new Router().get("/", (request) => webSocket(request, echo, options));
		return serve(router).ask(request);
	}

	function handshake(changes: Record<string, string | undefined> = {}, requestLine = "GET / HTTP/1.1"): string {
		const fields: Record<string, string | undefined> = {
			Upgrade: "websocket",
			Connection: "Upgrade",
			"Sec-WebSocket-Key": KEY,
			"Sec-WebSocket-Version": "13",
			...changes,
		};
		return head(
			requestLine,
			...Object.keys(fields)
				.filter((name) => fields[name] !== undefined)
				.map((name) => `${name}: ${fields[name]}`),
		);
	}

	it("is answered as in RFC 6455, 1.3", async () => {
		assert.equal(acceptOf(KEY), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
		assert.equal(
			await ask(HANDSHAKE),
			"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: Upgrade\r\n\r\n",
		);
	});

	const taken: [what: string, changes: Record<string, string>][] = [
		["names in other cases", { Upgrade: "WebSocket", Connection: "upgrade" }],
		["lists", { Upgrade: "foo/1, websocket", Connection: "keep-alive, Upgrade" }],
		[
			"extensions, all of which it declines",
			{ "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
		],
	];
	for (const [what, changes] of taken)
		it(`accepts ${what}`, async () => {
			const answer = await ask(handshake(changes));
			assert.match(answer, /^HTTP\/1\.1 101 /);
			assert.notMatch(answer, /extensions/i);
		});

	const refused: [what: string, status: number, request: string, and?: RegExp][] = [
		[
			"no Upgrade",
			426,
			handshake({ Upgrade: undefined }),
			/\r\nUpgrade: websocket\r\n.*\r\nConnection: Upgrade\r\n/s,
		],
		["another protocol", 426, handshake({ Upgrade: "h2c" })],
		["HTTP/1.0", 426, handshake({}, "GET / HTTP/1.0"), /\r\nConnection: close, Upgrade\r\n/],
		["no Connection: Upgrade", 400, handshake({ Connection: "keep-alive" })],
		["no version", 426, handshake({ "Sec-WebSocket-Version": undefined }), /\r\nSec-WebSocket-Version: 13\r\n/],
		["version 8", 426, handshake({ "Sec-WebSocket-Version": "8" }), /\r\nSec-WebSocket-Version: 13\r\n/],
		["two versions", 426, handshake({ "Sec-WebSocket-Version": "13\r\nSec-WebSocket-Version: 13" })],
		["no key", 400, handshake({ "Sec-WebSocket-Key": undefined })],
		["a key of 15 bytes", 400, handshake({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25j" })],
		["a key of 17 bytes", 400, handshake({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZWU=" })],
		["a key that is not base64", 400, handshake({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZ!==" })],
		["two keys", 400, handshake({ "Sec-WebSocket-Key": `${KEY}\r\nSec-WebSocket-Key: ${KEY}` })],
		["HEAD", 405, handshake({}, "HEAD / HTTP/1.1"), /\r\nAllow: GET\r\n/],
		["POST", 405, handshake({}, "POST / HTTP/1.1")],
	];
	for (const [what, status, request, and] of refused)
		it(`is refused with ${what}: ${status}`, async () => {
			const answer = await ask(request);
			assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
			if (and) assert.match(answer, and);
		});

	it("is refused with content, which would be taken for frames", async () => {
		const { ask, log } = serve((request) => webSocket(request, echo));
		assert.match(await ask(handshake({ "Content-Length": "5" }) + "hello"), /^HTTP\/1\.1 400 .*content/s);
		assert.deepEqual(log, [], "the client's mistake");
	});

	it("leaves the connection to HTTP if it fails", async () => {
		const answers = await ask(handshake({ "Sec-WebSocket-Version": "8" }) + handshake());
		assert.match(answers, /^HTTP\/1\.1 426 .*HTTP\/1\.1 101 /s);
	});

	it("may be followed at once by a frame", async () => {
		const { open } = serveWebSocket(echo);
		const peer = await open(text("Hello"));
		assert.deepEqual(peer.take(), ["text Hello"]);
	});

	describe("from a page", () => {
		const pages: [origin: string, host: string, same: boolean][] = [
			["http://cam", "cam", true],
			["http://CAM", "cam", true],
			["http://cam", "cam:80", true],
			["https://cam", "cam", true],
			["https://cam", "cam:443", true],
			["http://cam:8080", "cam:8080", true],
			["http://[fe80::1]:81", "[fe80::1]:81", true],
			["http://cam:8080", "cam", false],
			["http://cam", "cam:8080", false],
			["http://cam", "cam:443", false],
			["http://cam.evil.example", "cam", false],
			["http://evilcam", "cam", false],
			["http://evil.example", "cam", false],
			["file://cam", "cam", false],
			["cam", "cam", false],
			["null", "null", false],
			["", "", false],
		];
		for (const [origin, host, same] of pages)
			it(`at ${origin || '""'}, for ${host || '""'}: ${same ? "its own" : "a stranger's"}`, () =>
				assert.equal(isSameHost(origin, host), same));

		it("of another host is refused, unless allowed", async () => {
			assert.match(await ask(handshake({ Origin: "http://cam" })), /^HTTP\/1\.1 101 /);
			assert.match(await ask(handshake({ Origin: "http://evil.example" })), /^HTTP\/1\.1 403 /);
			assert.match(
				await ask(handshake({ Origin: "http://cam\r\nOrigin: http://evil.example" })),
				/^HTTP\/1\.1 403 /,
			);
			const allowOrigin = (origin: string) => origin === "https://home.example";
			assert.match(await ask(handshake({ Origin: "https://home.example" }), { allowOrigin }), /^HTTP\/1\.1 101 /);
			assert.match(await ask(handshake({ Origin: "http://evil.example" }), { allowOrigin }), /^HTTP\/1\.1 403 /);
		});
	});

	describe("offers subprotocols, of which", () => {
		const choices: [offered: string | undefined, ours: string[], chosen: string][] = [
			["a", ["a"], "a"],
			["b , a,c", ["c", "a"], "c"],
			["A", ["a"], ""],
			["ab", ["a"], ""],
			[undefined, ["a"], ""],
			["a", [], ""],
			["a\r\nSec-WebSocket-Protocol: b", ["b"], "b"],
		];
		for (const [offered, ours, chosen] of choices)
			it(`${chosen || "none"} is chosen: ${JSON.stringify(offered)} for ${JSON.stringify(ours)}`, async () => {
				let told: string | undefined;
				const { ask } = serve((request) =>
					webSocket(
						request,
						async (socket) => {
							told = socket.protocol;
							await echo(socket);
						},
						{ protocols: ours },
					),
				);
				const answer = await ask(handshake({ "Sec-WebSocket-Protocol": offered }));
				assert.equal(told, chosen);
				assert.equal(/\r\nSec-WebSocket-Protocol: (.*)\r\n/.exec(answer)?.[1] ?? "", chosen);
			});
	});
});
