import { assert } from "chai";
import { HttpError } from "yieldcam/http/http-error";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { Server } from "yieldcam/http/server";
import { Network } from "../support/memory-io.ts";
import { advance, pendingTimers } from "../support/time.ts";
import { contentOf, Deferred, head, serve } from "../support/serve.ts";

const hello = () => new Response("hello\n");
const echo = async (request: Request) => new Response(await request.bytes());

describe("the server", () => {
	it("sends every part of an answer without waiting for the acknowledgement of another", () => {
		assert.isTrue(serve(hello).connect().send(head("GET / HTTP/1.1")).nodelay);
	});

	it("answers a request", async () => {
		const { ask } = serve(hello);
		assert.equal(
			await ask(head("GET / HTTP/1.1")),
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 6\r\n\r\nhello\n",
		);
	});

	it("tells its handler which client asks for what", async () => {
		let seen: Request | undefined;
		const { ask } = serve((request) => ((seen = request), hello()));
		await ask(head("GET /a?b=c HTTP/1.1", "X-Test: yes"));
		assert.equal(seen!.method, "GET");
		assert.equal(seen!.path, "/a");
		assert.equal(seen!.query.get("b"), "c");
		assert.equal(seen!.headers.get("x-test"), "yes");
		assert.equal(seen!.remoteAddress, "192.0.2.1");
		assert.isFalse(seen!.closed, "a request that was answered is not closed");
	});

	it("accepts a router as its handler", async () => {
		const { ask } = serve(new Router().get("/frames/:id", ({ params }) => new Response(params.id)));
		assert.equal(contentOf(await ask(head("GET /frames/7 HTTP/1.1"))), "7");
		assert.match(await ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 404 Not Found\r\n/);
		assert.match(await ask(head("PUT /frames/7 HTTP/1.1")), /^HTTP\/1\.1 405 .*\r\nAllow: GET, HEAD, OPTIONS\r\n/s);
		assert.match(
			await ask(head("OPTIONS * HTTP/1.1")),
			/^HTTP\/1\.1 204 No Content\r\nAllow: GET, HEAD, OPTIONS\r\nCache-Control: no-store\r\n\r\n$/,
		);
	});

	it("answers HEAD with the head alone", async () => {
		const { ask, connect } = serve(hello);
		const [get, onlyHead] = [await ask(head("GET / HTTP/1.1")), await ask(head("HEAD / HTTP/1.1"))];
		assert.equal(get, onlyHead + "hello\n");
		const client = connect().send(head("HEAD / HTTP/1.1") + head("GET / HTTP/1.1"));
		assert.equal(client.text, onlyHead + get);
	});

	it("answers in order, in whatever pieces requests arrive", async () => {
		const { connect, network } = serve(({ path }) => new Response(path));
		const client = connect();
		for (const character of head("GET /1 HTTP/1.1") + head("GET /2 HTTP/1.1")) client.send(character);
		await network.settle();
		assert.match(client.text, /\/1HTTP.*\/2$/s);
	});

	it("lets handlers wait without delaying others", async () => {
		const slow = new Deferred<Response>();
		const { connect, network, ask } = serve(({ path }) => (path === "/slow" ? slow.promise : hello()));
		const waiting = connect().send(head("GET /slow HTTP/1.1"));
		advance(600_000); // no limit on a handler's time
		await network.settle();
		assert.equal(waiting.text, "");
		assert.match(await ask(head("GET / HTTP/1.1")), /hello/);
		slow.resolve(new Response("at last"));
		await network.settle();
		assert.equal(contentOf(waiting.text), "at last");
	});

	it("runs a handler that is not an async function at once", () => {
		const { connect } = serve(hello);
		assert.match(connect().send(head("GET / HTTP/1.1")).text, /hello/, "without settling a promise");
	});

	it("stops serving when it is closed", async () => {
		const { server, connect, network } = serve(hello);
		const waiting = connect().send(head("GET / HTTP/1.1"));
		const fresh = connect();
		network.run();
		assert.equal(server.connectionCount, 2);
		server.close();
		server.close();
		assert.isTrue(waiting.closed);
		assert.isTrue(fresh.closed);
		assert.equal(server.connectionCount, 0);
		assert.equal(network.open, 0);
		assert.equal(pendingTimers(), 0);
		assert.throws(() => connect(), "refused");
	});

	it("may be closed by a handler", async () => {
		const { server, ask, network } = serve(() => (server.close(), hello()));
		assert.equal(await ask(head("GET / HTTP/1.1")), "");
		assert.equal(network.open, 0);
	});

	it("accepts all waiting connections", () => {
		const { server, connect, network } = serve(hello);
		for (let i = 0; i < 5; i++) connect();
		network.run();
		assert.equal(server.connectionCount, 5);
	});

	it("knows its port", () => {
		assert.equal(serve(hello).server.port, 80);
	});

	it("runs a timer only while a client is connected", () => {
		const { connect, network } = serve(hello);
		assert.equal(pendingTimers(), 0);
		const [one, two] = [connect(), connect()];
		network.run();
		assert.equal(pendingTimers(), 1, "one timer for all");
		one.finish();
		assert.equal(pendingTimers(), 1);
		two.finish();
		assert.equal(pendingTimers(), 0);
	});
});

describe("a handler's error", () => {
	const faults: Record<string, () => Response | Promise<Response>> = {
		"/throws": () => {
			throw new Error("secret detail");
		},
		"/rejects": async () => {
			throw new Error("secret detail");
		},
		"/nothing": () => undefined as unknown as Response,
		"/text": () => "secret detail" as unknown as Response,
		"/later": async () => ({ status: 200 }) as Response,
		"/symbol": () => {
			throw Symbol("secret detail");
		},
		"/bare": () => {
			throw Object.create(null);
		},
		"/length": () => new Response({ pull: () => null, close() {} }, { headers: { "Content-Length": "x" } }),
	};

	for (const path in faults) {
		it(`is a 500 without detail: ${path}`, async () => {
			const { ask, connect, network, log } = serve((request) =>
				request.path in faults ? faults[request.path]() : hello(),
			);
			const client = connect().send(head(`GET ${path} HTTP/1.1`));
			await network.settle();
			assert.equal(
				client.take(),
				"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 22\r\n\r\nInternal Server Error\n",
			);
			assert.equal(log.length, 1);
			assert.match(log[0], new RegExp(`^GET ${path}: `));
			client.send(head("GET / HTTP/1.1"));
			assert.match(client.text, /^HTTP\/1\.1 200 OK/, "the connection is unharmed");
			assert.match(await ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 200 OK/, "the server is unharmed");
		});
	}

	it("is logged with its message and stack", async () => {
		const { ask, log } = serve(() => {
			throw new TypeError("no such sensor");
		});
		await ask(head("GET /x HTTP/1.1"));
		assert.match(log[0], /^GET \/x: .*no such sensor/);
		assert.include(log[0], "\n", "the stack");
	});

	it("that is an HttpError is its own response, and is not logged", async () => {
		const { ask, log } = serve(async () => {
			throw new HttpError(409, "asleep", { "Retry-After": 3 });
		});
		assert.equal(
			await ask(head("GET / HTTP/1.1")),
			"HTTP/1.1 409 Conflict\r\nRetry-After: 3\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 7\r\n\r\nasleep\n",
		);
		assert.deepEqual(log, []);
	});

	it("can be a response that was already used", async () => {
		const once = new Response({ pull: () => null, close() {} });
		const { ask, log } = serve(() => once);
		assert.match(await ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 200/);
		assert.match(await ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 500/);
		assert.equal(log.length, 1);
	});

	it("goes to trace if there is no log", () => {
		const network = new Network();
		const server = new Server({
			io: network.Listener,
			port: 80,
			handler: () => {
				throw new Error("to trace");
			},
		});
		const globals = globalThis as unknown as { trace: unknown };
		const { trace: original } = globals;
		const lines: unknown[] = [];
		globals.trace = (line: unknown) => lines.push(line);
		try {
			network.connect().send(head("GET / HTTP/1.1"));
		} finally {
			globals.trace = original;
		}
		server.close();
		assert.lengthOf(lines, 1);
		assert.match(String(lines[0]), /^GET \/: .*to trace.*\n$/s);
	});

	it("closes the stream of the response it spoils", async () => {
		let closed = 0;
		const { ask } = serve(
			() => new Response({ pull: () => null, close: () => closed++ }, { headers: { "Content-Length": "x" } }),
		);
		assert.match(await ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 500/);
		assert.equal(closed, 1);
	});
});

describe("a connection", () => {
	it("persists", () => {
		const { connect, server } = serve(({ path }) => new Response(path));
		const client = connect();
		for (const path of ["/1", "/2", "/3"])
			assert.equal(contentOf(client.send(head(`GET ${path} HTTP/1.1`)).take()), path);
		assert.isFalse(client.closed);
		assert.equal(server.connectionCount, 1);
	});

	it("ends if the client asks for it", () => {
		const { connect, network } = serve(hello);
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close"));
		assert.match(client.text, /\r\nConnection: close\r\n/);
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(network.open, 0);
	});

	it("ends after an HTTP/1.0 request, unless the client asks to keep it", () => {
		const { connect } = serve(hello);
		const plain = connect().send("GET / HTTP/1.0\r\n\r\n");
		assert.match(plain.text, /^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*hello\n$/s);
		assert.isTrue(plain.closed);
		const kept = connect().send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
		assert.match(kept.take(), /\r\nConnection: keep-alive\r\n/);
		assert.isFalse(kept.closed);
		assert.match(kept.send("GET / HTTP/1.0\r\n\r\n").text, /hello/);
		assert.isTrue(kept.closed);
	});

	it("answers pipelined requests one after the other", async () => {
		const slow = new Deferred<Response>();
		const handled: string[] = [];
		const { connect, network } = serve(({ path }) => {
			handled.push(path);
			return path === "/slow" ? slow.promise : new Response(path);
		});
		const client = connect().send(["/1", "/slow", "/2", "/3"].map((path) => head(`GET ${path} HTTP/1.1`)).join(""));
		await network.settle();
		assert.deepEqual(handled, ["/1", "/slow"], "the next one is not parsed before");
		slow.resolve(new Response("/slow"));
		await network.settle();
		assert.deepEqual(client.text.match(/\/\w+$|\/\w+(?=HTTP)/g), ["/1", "/slow", "/2", "/3"]);
	});

	it("answers more pipelined requests than fit into its window or its input", async () => {
		const { connect, network } = serve(({ path }) => new Response(path), { window: 100 });
		const requests = Array.from({ length: 300 }, (_, i) => head(`GET /${i} HTTP/1.1`));
		const client = connect().send(requests.join(""));
		await network.settle();
		const answered = client.text.match(/\/\d+(?=HTTP|$)/g)!;
		assert.deepEqual(
			answered,
			requests.map((_, i) => `/${i}`),
		);
	});

	it("keeps requests apart that could be read as one message", async () => {
		const paths: string[] = [];
		const { connect, network } = serve(({ path }) => (paths.push(path), hello()));
		const smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: cam\r\n\r\n";
		for (const fields of [
			["Content-Length: 5", "Transfer-Encoding: chunked"],
			["Content-Length: 5", "Content-Length: 40"],
			["Transfer-Encoding: xchunked"],
			["Transfer-Encoding : chunked"],
			["Transfer-Encoding:\n chunked"],
		]) {
			const client = connect().send(head("POST / HTTP/1.1", ...fields) + smuggled);
			await network.settle();
			assert.match(client.text, /^HTTP\/1\.1 400 Bad Request\r\n/, fields.join());
			assert.lengthOf(client.text.match(/HTTP\/1\.1/g)!, 1);
			client.finish();
		}
		assert.deepEqual(paths, []);
	});

	it("discards what a client sends after its last request, so that the response arrives", () => {
		const { connect } = serve(hello);
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close") + "x".repeat(5_000));
		assert.match(client.text, /hello\n$/);
		assert.isFalse(client.wasReset);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
	});

	it("tells a client what was wrong, discards what it still sends, and closes", () => {
		const { connect, network } = serve(hello);
		const client = connect().send("BAD\r\n");
		assert.equal(
			client.text,
			"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 87\r\nConnection: close\r\n\r\nthe request line must be METHOD TARGET HTTP/1.1, with %20 for a space, and end in CRLF\n",
		);
		client.send("x".repeat(3_000));
		assert.isFalse(client.closed);
		assert.equal(client.unread, 0);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(network.open, 0);
	});
});

describe("content", () => {
	const post = (text: string, ...fields: string[]) =>
		head("POST / HTTP/1.1", `Content-Length: ${text.length}`, ...fields) + text;
	const chunked = (...chunks: string[]) =>
		head("POST / HTTP/1.1", "Transfer-Encoding: chunked") +
		chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("") +
		"0\r\n\r\n";

	it("reaches the handler, sized or chunked, and the next request follows", async () => {
		const { connect, network } = serve(echo);
		for (const request of [post("hello world"), chunked("hello", " world")]) {
			const client = connect().send(request + head("GET / HTTP/1.1"));
			await network.settle();
			const [, first, second] = client.text.split("HTTP/1.1 200 OK\r\n");
			assert.equal(contentOf(first), "hello world");
			assert.equal(contentOf(second), "");
		}
	});

	it("may arrive byte by byte, and be larger than any window", async () => {
		const { connect, network } = serve(echo);
		const large = "0123456789abcdef".repeat(768);
		const client = connect();
		for (const character of post("hello world")) client.send(character);
		await network.settle();
		assert.equal(contentOf(client.take()), "hello world");
		client.send(post(large));
		await network.settle();
		assert.equal(contentOf(client.take()), large);
		client.send(chunked(...large.match(/.{1000}|.+$/g)!));
		await network.settle();
		assert.equal(contentOf(client.take()), large);
	});

	it("stays in the socket until the handler asks for it", async () => {
		const go = new Deferred<void>();
		const { connect, network } = serve(async (request) => {
			await go.promise;
			return new Response(await request.bytes());
		});
		const text = "x".repeat(12_000);
		const client = connect().send(post(text));
		await network.settle();
		assert.isAbove(client.unread, 9_000, "backpressure holds the client");
		go.resolve();
		await network.settle();
		assert.equal(client.unread, 0);
		assert.equal(contentOf(client.text), text);
	});

	it("is discarded if the handler does not ask for it", async () => {
		const { connect, network } = serve(hello);
		const client = connect().send(post("x".repeat(9_000)) + head("GET / HTTP/1.1"));
		await network.settle();
		assert.lengthOf(client.text.match(/hello/g)!, 2);
		assert.isFalse(client.closed);
	});

	it("ends the connection if it is chunked and the handler does not ask for it", async () => {
		const { connect, network } = serve(hello);
		const client = connect().send(chunked("hello") + head("GET / HTTP/1.1"));
		await network.settle();
		assert.lengthOf(client.text.match(/hello/g)!, 1);
		assert.match(client.text, /\r\nConnection: close\r\n/);
		assert.equal(client.unread, 0, "it is discarded, so that the response arrives");
		client.finish();
		assert.isTrue(client.closed);
	});

	it("that is announced as too long is refused before it is read", async () => {
		let called = 0;
		const { connect, network } = serve(() => (called++, hello()));
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 16385"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 413 Content Too Large\r\n/);
		assert.equal(called, 0);
	});

	it("that turns out too long is refused when it passes the limit", async () => {
		const { connect, network } = serve(echo);
		const client = connect().send(chunked("x".repeat(10_000), "x".repeat(10_000)));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 413 Content Too Large\r\n.*Connection: close/s);
	});

	it("that is malformed is refused", async () => {
		const { connect, network, log } = serve(echo);
		const client = connect().send(
			head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "5\r\nhello!\r\n0\r\n\r\n",
		);
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 400 Bad Request\r\n.*Connection: close/s);
		assert.deepEqual(log, []);
	});

	it("that is malformed JSON is refused, and the connection goes on", async () => {
		const { connect, network } = serve(async (request) => Response.json(await request.json()));
		const client = connect().send(post("{") + post("[1]"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 400 .*malformed JSON\nHTTP\/1\.1 200 .*\[1\]$/s);
	});

	it("is requested with 100 Continue if the client expects it", async () => {
		const { connect, network } = serve(echo);
		const client = connect().send(head("PUT / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"));
		await network.settle();
		assert.equal(client.take(), "HTTP/1.1 100 Continue\r\n\r\n");
		client.send("hello" + head("GET / HTTP/1.1"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhelloHTTP\/1\.1 200 OK/s);
	});

	it("is not requested from a client that has begun to send it", async () => {
		const { connect, network } = serve(echo);
		const client = connect().send(head("PUT / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue") + "he");
		await network.settle();
		assert.equal(client.text, "");
		client.send("llo");
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n.*hello$/s);
	});

	it("is not requested if no handler asks for it, and the connection ends", async () => {
		const { connect, network } = serve(hello);
		const client = connect().send(head("PUT / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n\r\nhello\n$/s);
		client.send("hello");
		assert.isFalse(client.wasReset, "the response arrived");
		client.finish();
		assert.isTrue(client.closed);
	});

	it("is not requested once the response has begun", async () => {
		const { connect, network } = serve(
			(request) =>
				new Response(
					(async function* () {
						yield "first ";
						yield await request.bytes();
					})(),
					{ framing: "close" },
				),
		);
		const client = connect().send(head("PUT / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"));
		await network.settle();
		client.send("hello");
		await network.settle();
		assert.equal(
			client.text,
			"HTTP/1.1 200 OK\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\nfirst hello",
		);
	});

	it("cannot have another expectation", async () => {
		const { ask } = serve(echo);
		assert.match(
			await ask(head("PUT / HTTP/1.1", "Content-Length: 5", "Expect: a miracle")),
			/^HTTP\/1\.1 417 Expectation Failed\r\n/,
		);
	});

	it("may be read while the response is sent", async () => {
		const { connect, network } = serve(
			(request) =>
				new Response(
					(async function* () {
						yield "you say: ";
						yield await request.bytes();
					})(),
				),
		);
		const client = connect().send(post("hel", "Connection: close").slice(0, -1));
		await network.settle();
		client.send("l");
		await network.settle();
		assert.match(client.text, /9\r\nyou say: \r\n3\r\nhel\r\n0\r\n\r\n$/);
	});
});

describe("a server on several ports", () => {
	it("serves all of them with the same handler", async () => {
		const { server, network } = serve(({ path }) => new Response(path));
		assert.equal(server.listen({ port: 81 }), 81);
		assert.equal(server.port, 80, "that of the first");
		for (const port of [80, 81]) {
			const client = network.connect(port).send(head(`GET /${port} HTTP/1.1`));
			assert.equal(contentOf(client.text), `/${port}`);
		}
		assert.equal(server.connectionCount, 2);
		assert.equal(pendingTimers(), 1, "one timer for all");
	});

	it("has one connection limit for all of them", () => {
		const { server, network } = serve(hello, { limits: { connections: 2 } });
		server.listen({ port: 81 });
		const [first] = [80, 81].map((port) => network.connect(port));
		network.run();
		for (const port of [80, 81]) {
			const refused = network.connect(port);
			network.run();
			assert.match(refused.text, /^HTTP\/1\.1 503 .*too many connections\n$/s);
			refused.finish();
		}
		first.finish();
		const next = network.connect(81);
		network.run();
		assert.equal(server.connectionCount, 2);
		assert.match(next.send(head("GET / HTTP/1.1")).text, /hello/);
	});

	it("has one memory budget for all of them", () => {
		const { server, network } = serve(hello, { limits: { headMemory: 10_000 } });
		server.listen({ port: 81 });
		const partial = `GET / HTTP/1.1\r\nHost: cam\r\n${`X: ${"y".repeat(900)}\r\n`.repeat(3)}`;
		const [first, second, third] = [80, 81, 81].map((port) => network.connect(port).send(partial));
		assert.equal(first.text + second.text, "");
		assert.match(third.text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
	});

	it("stops on all of them when it is closed, with their connected and waiting clients", () => {
		const { server, network } = serve(hello);
		server.listen({ port: 81 });
		const clients = [80, 81].map((port) => network.connect(port));
		network.run();
		network.connect(81);
		server.close();
		network.run();
		for (const client of clients) assert.isTrue(client.closed);
		for (const port of [80, 81]) assert.throws(() => network.connect(port), "refused");
		assert.equal(pendingTimers(), 0);
		assert.throws(() => server.listen({ port: 82 }), "the server is closed");
	});

	it("goes on with its ports if another is not available", async () => {
		const { server, ask, network } = serve(hello);
		assert.throws(() => server.listen({ port: 80 }), "address in use");
		assert.match(await ask(head("GET / HTTP/1.1")), /hello/);
		server.close();
		assert.equal(network.open, 0);
	});
});
