import { assert } from "chai";
import { HttpError } from "yieldcam/http/http-error";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { advance } from "../support/time.ts";
import { head, serve } from "../support/serve.ts";

const cookie = (bytes: number) => `Cookie: session=${"c".repeat(bytes)}`;
const request = (bytes: number) => head("GET / HTTP/1.1", "Accept: */*", cookie(bytes), "X-Last: z");

describe("a head with a long cookie", () => {
	const last = (request: Request) => new Response(request.headers.get("x-last"));

	it("is served up to 16 kB, however it arrives", () => {
		for (const size of [1_000, 1_023, 1_024, 2_100, 5_000, 12_000, 16_000]) {
			for (const piece of [100_000, 4_096, 1_460, 1_000]) {
				const { connect } = serve(last);
				const client = connect();
				const text = request(size);
				for (let at = 0; at < text.length; at += piece) client.send(text.slice(at, at + piece));
				assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nz$/s, `${size} in pieces of ${piece}`);
			}
		}
	});

	it("is refused beyond that", () => {
		const { connect } = serve(last);
		const client = connect().send(request(17_000));
		assert.match(client.text, /^HTTP\/1\.1 431 /);
	});

	it("is followed by the next request of the connection", async () => {
		const { connect, network } = serve(last);
		const client = connect().send(request(5_000) + request(3_000) + request(10));
		await network.settle();
		assert.lengthOf(client.text.match(/HTTP\/1\.1 200 OK\r\n/g) ?? [], 3);
	});

	it("is followed by its content", async () => {
		const { connect, network } = serve(async (request) => new Response(await request.text()));
		const client = connect().send(head("POST / HTTP/1.1", cookie(3_000), "Content-Length: 5") + "hello");
		await network.settle();
		assert.match(client.text, /hello$/);
	});

	it("takes as little memory as a head without it", async () => {
		// There is room for one buffer of 3 kB.
		const { connect, network } = serve(last, { limits: { headMemory: 3_200, readAhead: 1_000 } });
		for (let i = 0; i < 3; i++) {
			const client = connect().send(request(14_000));
			await network.settle();
			assert.match(client.text, /^HTTP\/1\.1 200 /);
		}
	});

	it("is answered with 431 by a handler that reads it, and the connection goes on", async () => {
		const { connect, network, log } = serve((request) => new Response(request.headers.get("cookie") ?? "none"));
		const client = connect().send(request(1_024) + request(4));
		await network.settle();
		assert.match(
			client.text,
			/^HTTP\/1\.1 431 [^]*\r\n\r\nthe header field cookie is too long\nHTTP\/1\.1 200 [^]*session=cccc$/,
		);
		assert.deepEqual(log, []);
	});

	it("counts as progress while it arrives slowly", async () => {
		const { connect, network } = serve(last, { limits: { connections: 2, reservedConnections: 1 } });
		const slow = connect().send(`GET / HTTP/1.1\r\nHost: cam\r\n${cookie(1_100)}`);
		for (let i = 0; i < 4; i++) {
			slow.send("c".repeat(600));
			advance(1_000);
		}
		slow.send("\r\nX-Last: z\r\n\r\n");
		await network.settle();
		assert.match(slow.text, /^HTTP\/1\.1 200 /);
	});
});

describe("a head with several long fields", () => {
	const fields = (count: number, size: number) =>
		Array.from({ length: count }, (_, i) => `X-Forwarded-${i}: ${"v".repeat(size)}`);
	const echo = ({ headers, path }: Request) =>
		new Response([headers.get("x-first"), headers.get("x-last"), headers.get("content-length"), path].join());

	it("is served up to 16 kB, however it arrives", () => {
		for (const [count, size] of [
			[5, 900],
			[5, 819],
			[17, 900],
			[40, 300],
			[40, 370],
			[7, 1_023],
			[14, 1_100],
			[3, 4_000],
		] as const)
			for (const piece of [100_000, 4_096, 1_460, 100, 7]) {
				const { connect } = serve(echo);
				const client = connect();
				const text = head(
					"GET /a HTTP/1.1",
					"X-First: a",
					...fields(count, size),
					"X-Last: z",
					"Content-Length: 0",
				);
				for (let at = 0; at < text.length; at += piece) client.send(text.slice(at, at + piece));
				assert.match(
					client.text,
					/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\na,z,0,\/a$/s,
					`${count} of ${size} in pieces of ${piece}`,
				);
			}
	});

	it("is followed by its content and the next request, however they arrive", async () => {
		for (const piece of [100_000, 4_096, 1_000, 7]) {
			const { connect, network } = serve(async (request) => new Response(`<${await request.text()}>`));
			const client = connect();
			const text = [3, 8, 0]
				.map((count) => head("POST / HTTP/1.1", ...fields(count, 900), "Content-Length: 5") + `hello`)
				.join("");
			for (let at = 0; at < text.length; at += piece) client.send(text.slice(at, at + piece));
			await network.settle();
			assert.lengthOf(client.text.match(/<hello>/g) ?? [], 3, String(piece));
		}
	});

	it("keeps the shorter ones", () => {
		const { connect } = serve(({ headers }) => new Response(headers.get("authorization")));
		const credentials = `Digest ${"d".repeat(450)}`;
		for (const at of [0, 2, 5]) {
			const all = fields(5, 900);
			all.splice(at, 0, `Authorization: ${credentials}`);
			assert.include(connect().send(head("GET / HTTP/1.1", ...all)).text, `\r\n\r\n${credentials}`);
		}
	});

	it("is refused with the reason beyond that, and with many fields, or many bytes in short ones", () => {
		const bytes = "the header has more than 16384 bytes, or 4096 without its long values",
			lines = "there are more than 128 header fields";
		for (const [reason, all] of [
			[bytes, fields(19, 900)],
			[lines, fields(128, 1)],
			[bytes, fields(47, 90)],
			[bytes, [`X-${"n".repeat(5_000)}: v`]],
		] as const) {
			const { connect } = serve(echo);
			const { text } = connect().send(head("GET / HTTP/1.1", ...all));
			assert.match(text, /^HTTP\/1\.1 431 /);
			assert.isTrue(text.endsWith(`\r\n\r\n${reason}\n`), text);
		}
	});

	it("is read with up to 128 fields, however they arrive", () => {
		for (const count of [31, 32, 33, 63, 64, 65, 127])
			for (const piece of [100_000, 100, 1]) {
				const { connect } = serve(
					({ headers }) => new Response(`${[...headers].length} ${headers.get("x-last")}`),
				);
				const text = head("GET / HTTP/1.1", ...fields(count - 1, 1), "X-Last: z"),
					client = connect();
				for (let at = 0; at < text.length; at += piece) client.send(text.slice(at, at + piece));
				assert.match(client.text, new RegExp(`\r\n\r\n${count + 1} z$`), `${count} in pieces of ${piece}`);
			}
	});

	it("is answered with 431 by a handler that reads one", async () => {
		const { connect } = serve(({ headers }) => new Response(headers.get("x-forwarded-0")));
		assert.match(
			connect().send(head("GET / HTTP/1.1", ...fields(5, 900))).text,
			/^HTTP\/1\.1 431 [^]*the header field x-forwarded-0 is too long\n$/,
		);
	});
});

describe("streams whose heads have long cookies", () => {
	const stream = () => new Response({ pull: () => undefined, close() {} });

	for (const size of [900, 2_100, 5_000]) {
		it(`are as many as others: ${size} bytes`, async () => {
			const { connect, network } = serve(stream);
			const viewers = Array.from({ length: 10 }, () => connect().send(request(size)));
			await network.settle();
			for (const { text } of viewers) assert.match(text, /^HTTP\/1\.1 200 /);
			viewers.push(connect().send(request(size)));
			assert.match(viewers[10].text, /^HTTP\/1\.1 503 /);
			for (const viewer of viewers) viewer.finish();
			await network.settle();
			assert.equal(network.open, 0);
		});
	}

	it("can be told their short fields while they last", async () => {
		let values: unknown[] = [];
		const { connect, network } = serve(
			(request) =>
				new Response(
					(async function* () {
						yield "begun ";
						try {
							request.headers.get("cookie");
						} catch (error) {
							values = [request.headers.get("x-last"), (error as HttpError).status];
						}
					})(),
				),
		);
		const client = connect().send(request(1_000));
		await network.settle();
		client.finish();
		await network.settle();
		assert.deepEqual(values, ["z", 431]);
	});
});

describe("a request that is malformed", () => {
	for (const [what, text, reason] of [
		["raw UTF-8 in the query", head("GET /?text=K\u00fcche HTTP/1.1"), /request-target .* percent-encoded/],
		["a space before a colon", head("GET / HTTP/1.1", "A : b"), /header field/],
		["a space in the query", head("GET /?text=a b HTTP/1.1"), /the request line .* %20 for a space/],
		["two spaces before the target", head("GET  / HTTP/1.1"), /the request line/],
		["the form of HTTP/0.9", "GET /\r\n", /the request line must be METHOD TARGET HTTP\/1\.1/],
		["no line end of two characters", "GET / HTTP/1.1\nHost: cam\n\n", /end in CRLF/],
		["a field's line end of one character", "GET / HTTP/1.1\r\nHost: cam\n\n", /end in CRLF/],
		["an asterisk", head("GET * HTTP/1.1"), /request-target must be a path/],
		["a name as the target", head("GET camera HTTP/1.1"), /request-target must be a path/],
		[
			"a name and a password in the address",
			head("GET http://user:password@cam/ HTTP/1.1"),
			/\r\n\r\nthe address in the request-target must not have a name and a password: they belong into Authorization\n$/,
		],
		["a malformed host in the address", head("GET http://[cam/ HTTP/1.1"), /\r\n\r\nthe request-target must be/],
		["no Host", "GET / HTTP/1.1\r\n\r\n", /^[^]*Host is missing/],
		[
			"two lengths",
			head("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"),
			/Content-Length must be one number/,
		],
	] as const) {
		it(`is answered with the reason: ${what}`, () => {
			const { connect } = serve(() => new Response("hello"));
			const { text: answer } = connect().send(text);
			assert.match(answer, /^HTTP\/1\.1 400 /);
			assert.match(answer.slice(answer.indexOf("\r\n\r\n")), reason);
		});
	}

	it("is answered without content if it is HEAD", () => {
		for (const text of [head("HEAD / HTTP/1.1", "A : b"), "HEAD /\u00fc HTTP/1.1\r\n", "HEAD / HTTP/1.1\r\n\r\n"]) {
			const { connect } = serve(() => new Response("hello"));
			const { text: answer } = connect().send(text);
			assert.match(answer, /^HTTP\/1\.1 400 [^]*\r\n\r\n$/);
		}
	});
});

describe("a stream's head with many fields", () => {
	// Chromium sends some twenty, and proxies, one behind the other, add forty.
	const many = Array.from({ length: 60 }, (_, index) => `X-Forwarded-Something-${index}: value`);

	it("does not refuse the stream, and what it has cannot be mistaken for missing fields", async () => {
		const late: unknown[] = [];
		const { connect, network } = serve(
			(request) =>
				new Response(
					(async function* () {
						yield `${request.path}\n`;
						try {
							late.push(request.headers.get("authorization"));
						} catch (error) {
							late.push((error as HttpError).status);
						}
						yield "end";
					})(),
				),
		);
		const client = connect().send(head("GET /sizes HTTP/1.1", ...many));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200 /);
		assert.include(client.text, "/sizes\n");
		assert.deepEqual(late, [431]);
	});
});
