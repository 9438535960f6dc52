import { assert } from "chai";
import type { Block, BodySource } from "yieldcam/http/body";
import { encodeHead } from "yieldcam/http/engine/response-head";
import { Headers } from "yieldcam/http/headers";
import { HttpError } from "yieldcam/http/http-error";
import { Response, type ResponseInit } from "yieldcam/http/response";
import { FakeOwner } from "../support/body-owner.ts";

async function* generated(): AsyncGenerator<Block> {}

function source(): BodySource & { closed: number } {
	return {
		closed: 0,
		pull: () => null,
		close() {
			this.closed++;
		},
	};
}

const never = new FakeOwner();

/** The lines of a response's head, and the rest of its framing. */
function framed(response: Response, method = "GET", version: "1.0" | "1.1" = "1.1", persistent = true) {
	const { head, ...rest } = encodeHead(response, method, version, persistent);
	const lines = String.fromArrayBuffer(head).split("\r\n");
	assert.deepEqual(lines.splice(-2), ["", ""], "a head ends with an empty line");
	return { lines, ...rest };
}

describe("a response", () => {
	it("is text, bytes or nothing", () => {
		assert.equal(String.fromArrayBuffer(new Response("Küche").bytes as ArrayBuffer), "Küche");
		const bytes = new Uint8Array([1, 2]);
		assert.strictEqual(new Response(bytes).bytes, bytes);
		assert.equal(new Response().bytes!.byteLength, 0);
		assert.equal(new Response(null).bytes!.byteLength, 0);
	});

	it("is nothing else, and says so to a program whose types do not", () => {
		for (const body of [5, true, {}, [], ["text"], new Date(), Promise.resolve("text"), [].values()])
			assert.throws(() => new Response(body as unknown as string), TypeError, "a body is text, bytes or");
	});

	it("with text has a text type, unless its headers name another", () => {
		assert.equal(new Response("x").headers.get("content-type"), "text/plain; charset=utf-8");
		assert.equal(
			new Response("x", { headers: { "content-type": "text/html" } }).headers.get("Content-Type"),
			"text/html",
		);
		assert.isFalse(new Response(new Uint8Array(1)).headers.has("content-type"));
	});

	it("has JSON", () => {
		const response = Response.json({ ok: true }, { status: 201 });
		assert.equal(response.status, 201);
		assert.equal(response.headers.get("content-type"), "application/json");
		assert.equal(String.fromArrayBuffer(response.bytes as ArrayBuffer), '{"ok":true}');
	});

	it("has HTML", () => {
		const response = Response.html("<h1>Küche</h1>", { headers: { "Cache-Control": "no-store" } });
		assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
		assert.equal(response.headers.get("cache-control"), "no-store");
		assert.equal(String.fromArrayBuffer(response.bytes as ArrayBuffer), "<h1>Küche</h1>");
		assert.equal(
			Response.html("", { headers: { "content-type": "application/xhtml+xml" } }).headers.get("content-type"),
			"application/xhtml+xml",
		);
	});

	it("hands over its stream once", () => {
		const body = source();
		const response = new Response(body);
		assert.isUndefined(response.bytes);
		assert.strictEqual(response.open(never), body);
		assert.throws(() => response.open(never), TypeError);
		response.close(never);
		assert.equal(body.closed, 0, "the one that took it closes it");
	});

	it("closes a stream that was not taken, once", () => {
		const body = source();
		const response = new Response(body);
		response.close(never);
		response.close(never);
		assert.equal(body.closed, 1);
	});

	it("rejects a status that is not one", () => {
		for (const status of [0, 99, 100, 199, 600, 200.5, NaN])
			assert.throws(() => new Response("", { status }), RangeError);
	});

	it("rejects fields that would become more than one", () => {
		for (const value of ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "\x7f"])
			assert.throws(() => new Response("", { headers: { "X-Name": value } }), TypeError);
		for (const name of ["", "X Name", "X:", "X\r\n", "Ü"])
			assert.throws(() => new Response("", { headers: { [name]: "x" } }), TypeError);
	});

	it("for an error carries its text and fields", () => {
		const response = new HttpError(503, "too many viewers", { "Retry-After": 2 }).responseAt("/stream");
		assert.equal(response.status, 503);
		assert.equal(response.headers.get("retry-after"), "2");
		assert.equal(String.fromArrayBuffer(response.bytes as ArrayBuffer), "too many viewers\n");
		assert.equal(new HttpError(404).message, "Not Found");
		assert.instanceOf(new HttpError(404), Error);
	});
});

describe("response headers", () => {
	it("are set, repeated and removed in any case", () => {
		const headers = new Headers({ "Set-Cookie": "a", "X-One": 1 });
		headers.append("set-cookie", "b");
		headers.set("x-one", "2");
		assert.deepEqual(
			[...headers],
			[
				["Set-Cookie", "a"],
				["set-cookie", "b"],
				["x-one", "2"],
			],
		);
		assert.equal(headers.get("SET-COOKIE"), "a");
		headers.delete("Set-cookie");
		assert.isFalse(headers.has("set-cookie"));
		assert.isUndefined(headers.get("set-cookie"));
		assert.deepEqual([...headers], [["x-one", "2"]]);
	});
});

describe("framing", () => {
	const NO_STORE = "Cache-Control: no-store";
	const UNCACHED_STREAM = [`${NO_STORE}, no-transform`, "X-Accel-Buffering: no"];
	const stream = (init?: ResponseInit) => new Response(generated(), init);

	it("sends the length of a body with a known length", () => {
		const { lines, ...rest } = framed(new Response("Küche"));
		assert.deepEqual(lines, [
			"HTTP/1.1 200 OK",
			"Content-Type: text/plain; charset=utf-8",
			NO_STORE,
			"Content-Length: 6",
		]);
		assert.deepEqual(rest, { content: true, length: 6, chunked: false, persistent: true });
	});

	it("sends a length of 0 for an empty body", () => {
		assert.deepEqual(framed(new Response()).lines, ["HTTP/1.1 200 OK", NO_STORE, "Content-Length: 0"]);
	});

	it("has no Date, as a server without a clock must not", () => {
		assert.notMatch(framed(new Response("")).lines.join(), /date/i);
	});

	it("chunks a stream", () => {
		const { lines, ...rest } = framed(stream());
		assert.deepEqual(lines, ["HTTP/1.1 200 OK", ...UNCACHED_STREAM, "Transfer-Encoding: chunked"]);
		assert.deepEqual(rest, { content: true, length: Infinity, chunked: true, persistent: true });
	});

	it("ends a stream with the connection if the response asks for it", () => {
		const { lines, ...rest } = framed(stream({ framing: "close" }));
		assert.deepEqual(lines, ["HTTP/1.1 200 OK", ...UNCACHED_STREAM, "Connection: close"]);
		assert.deepEqual(rest, { content: true, length: Infinity, chunked: false, persistent: false });
	});

	it("ends a stream with the connection for HTTP/1.0", () => {
		assert.deepEqual(framed(stream(), "GET", "1.0").lines, [
			"HTTP/1.1 200 OK",
			...UNCACHED_STREAM,
			"Connection: close",
		]);
	});

	it("sends a stream with its length if it is given", () => {
		for (const version of ["1.0", "1.1"] as const) {
			const { lines, length, chunked, persistent } = framed(
				stream({ headers: { "content-length": 12 } }),
				"GET",
				version,
			);
			assert.equal(lines[2], "Content-Length: 12");
			assert.deepEqual([length, chunked, persistent], [12, false, true]);
		}
	});

	it("tells an HTTP/1.0 client that its connection is kept", () => {
		assert.deepEqual(framed(new Response(), "GET", "1.0").lines, [
			"HTTP/1.1 200 OK",
			NO_STORE,
			"Content-Length: 0",
			"Connection: keep-alive",
		]);
	});

	it("tells a client that its connection is not kept", () => {
		assert.deepEqual(framed(new Response(), "GET", "1.1", false).lines, [
			"HTTP/1.1 200 OK",
			NO_STORE,
			"Content-Length: 0",
			"Connection: close",
		]);
	});

	it("lets a handler end the connection", () => {
		const { lines, persistent } = framed(new Response(null, { headers: { connection: "Close" } }));
		assert.deepEqual(lines, ["HTTP/1.1 200 OK", NO_STORE, "Content-Length: 0", "Connection: close"]);
		assert.isFalse(persistent);
	});

	it("prevents a handler from contradicting it", () => {
		const { lines } = framed(
			new Response("x", {
				headers: {
					"Content-Length": 5,
					"Transfer-Encoding": "chunked",
					Connection: "keep-alive",
					"Content-Type": "a/b",
				},
			}),
		);
		assert.deepEqual(lines, ["HTTP/1.1 200 OK", "Content-Type: a/b", NO_STORE, "Content-Length: 1"]);
	});

	it("sends HEAD the head of GET, and no content", () => {
		for (const make of [
			() => new Response("hello"),
			() => stream(),
			() => stream({ framing: "close" }),
			() => stream({ headers: { "content-length": 3 } }),
		]) {
			const get = framed(make());
			const head = framed(make(), "HEAD");
			assert.deepEqual(head.lines, get.lines);
			assert.isFalse(head.content);
		}
	});

	it("lets a handler of HEAD send a length without the content", () => {
		assert.include(
			framed(new Response(null, { headers: { "Content-Length": 99 } }), "HEAD").lines,
			"Content-Length: 99",
		);
	});

	it("sends neither content nor a length with 204 and 304", () => {
		for (const status of [204, 304]) {
			const { lines, content, persistent } = framed(
				new Response("x", { status, headers: { "Content-Type": "a/b" } }),
			);
			assert.deepEqual(lines, [
				`HTTP/1.1 ${status} ${status === 204 ? "No Content" : "Not Modified"}`,
				"Content-Type: a/b",
				NO_STORE,
			]);
			assert.isFalse(content);
			assert.isTrue(persistent);
		}
	});

	it("leaves caching and buffering to a handler that knows better", () => {
		const headers = { "cache-control": "max-age=60", "x-accel-buffering": "yes" };
		assert.deepEqual(framed(stream({ headers })).lines, [
			"HTTP/1.1 200 OK",
			"cache-control: max-age=60",
			"x-accel-buffering: yes",
			"Transfer-Encoding: chunked",
		]);
	});

	it("names no coding of a stream, except to a proxy, which might compress it without flushing", () => {
		const received = { has: (name: string) => name === "X-Forwarded-For" };
		const lines = (response: Response): string =>
			String.fromArrayBuffer(encodeHead(response, "GET", "1.1", true, received).head);
		assert.match(lines(stream()), /\r\nContent-Encoding: identity\r\n/);
		assert.match(
			lines(stream({ headers: { "Content-Encoding": "gzip" } })),
			/^(?![^]*identity)[^]*\r\nContent-Encoding: gzip\r\n/,
		);
		assert.notMatch(lines(new Response("text")), /Content-Encoding/);
		assert.notMatch(framed(stream()).lines.join(), /Content-Encoding/);
	});

	it("rejects an invalid length", () => {
		for (const length of ["x", "-1", "1.5", "1e99"])
			assert.throws(() => framed(stream({ headers: { "Content-Length": length } })), TypeError);
	});

	it("sends a status without a phrase", () => {
		assert.equal(framed(new Response(null, { status: 299 })).lines[0], "HTTP/1.1 299 ");
	});
});
