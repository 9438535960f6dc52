import { assert } from "chai";
import type { BodySource } from "yieldcam/http/body";
import { Budget } from "yieldcam/http/engine/budget";
import { EventStream } from "yieldcam/http/event-stream";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import type { Limits } from "yieldcam/http/limits";
import type { Client } from "../support/memory-io.ts";
import { advance, pendingTimers } from "../support/time.ts";
import { Deferred, head, serve } from "../support/serve.ts";

const hello = () => new Response("hello\n");
const echo = async (request: Request) => new Response(await request.bytes());

/** Header fields whose values are not skipped, of at least the given number of bytes. */
function fieldsOf(bytes: number): string[] {
	return Array.from({ length: Math.ceil(bytes / 1_000) }, () => `X: ${"y".repeat(997)}`);
}

/** A deadline passes at its time at the earliest, and at most one sweep later. */
const SWEEP = 1_000;

describe("a limit", () => {
	const refusals: [what: string, status: number, request: string][] = [
		["of the method", 501, head(`${"M".repeat(25)} / HTTP/1.1`)],
		["of the target", 414, head(`GET /${"a".repeat(1_024)} HTTP/1.1`)],
		["of the head's bytes", 431, head("GET / HTTP/1.1", ...fieldsOf(16_384))],
		["of the number of fields", 431, head("GET / HTTP/1.1", ...Array.from({ length: 128 }, () => "X: y"))],
		["of the content", 413, head("POST / HTTP/1.1", "Content-Length: 16385")],
	];
	for (const [what, status, request] of refusals) {
		it(`${what}: exceeding it is answered with ${status}`, async () => {
			const { connect, network } = serve(hello);
			const client = connect().send(request);
			await network.settle();
			assert.match(client.text, new RegExp(`^HTTP/1\\.1 ${status} .*\r\nConnection: close\r\n`, "s"));
			client.finish();
			assert.equal(network.open, 0);
		});
	}

	it("can be set", async () => {
		const { ask } = serve(hello, { limits: { target: 5 } });
		assert.match(await ask(head("GET /1234 HTTP/1.1")), /^HTTP\/1\.1 200/);
		assert.match(await ask(head("GET /12345 HTTP/1.1")), /^HTTP\/1\.1 414/);
	});

	it("of the target applies before the whole line is in memory", async () => {
		const { connect, network } = serve(hello);
		const client = connect();
		client.send(`GET /${"a".repeat(1_100)}`);
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 414/);
	});
});

describe("the memory for what clients send", () => {
	const post = (length: number) => head("POST / HTTP/1.1", `Content-Length: ${length}`);

	it("is divided among requests, and released", () => {
		const budget = new Budget(100);
		assert.isTrue(budget.tryReserve(60));
		assert.isFalse(budget.tryReserve(41));
		assert.isTrue(budget.tryReserve(40));
		assert.isTrue(budget.resize(60, 50));
		assert.isTrue(budget.resize(40, 50));
		assert.isFalse(budget.resize(50, 51));
		budget.release(50);
		assert.isTrue(budget.tryReserve(50));
	});

	it("holds three of the largest heads by default", () => {
		const { connect, network } = serve(() => new Promise<Response>(() => {}));
		const fields = Array.from({ length: 46 }, (_, i) => `X-Field-${i % 10}: ${"v".repeat(74)}`);
		const clients = Array.from({ length: 3 }, () => connect().send(head("GET / HTTP/1.1", ...fields)));
		network.run();
		assert.deepEqual(
			clients.map(({ text }) => text),
			["", "", ""],
		);
	});

	it("is not held by a refused request, whatever its client still has to send", async () => {
		const { connect, network } = serve(echo, { limits: { contentWaiters: 0, queueTimeout: 0 } });
		const refused = connect().send(head("PATCH / HTTP/1.1", "Content-Length: 9000", `X: ${"y".repeat(3_000)}`));
		await network.settle();
		assert.match(refused.text, /^HTTP\/1\.1 503 .*\r\nConnection: close\r\n/s);
		advance(2_000 + SWEEP);
		assert.isTrue(refused.closed);
	});

	it("is not looked up by the sweep while a refused client does not read its response", async () => {
		const { connect, network, log } = serve(echo, { limits: { slots: 0, queueTimeout: 0 }, window: 16 });
		const refused = connect().pause().send(head("PATCH / HTTP/1.1", "Content-Length: 9000"));
		await network.settle();
		assert.equal(refused.text, "HTTP/1.1 503 Ser");
		advance(3 * SWEEP);
		assert.deepEqual(log, []);
		refused.finish();
	});

	it("holds two large heads, but not three at once: the third gets 503 and Retry-After", () => {
		const { connect } = serve(hello, { limits: { headMemory: 10_000 } });
		const partial = `GET / HTTP/1.1\r\nHost: cam\r\n${fieldsOf(3_000).join("\r\n")}`;
		const [first, second, third] = [connect().send(partial), connect().send(partial), connect().send(partial)];
		assert.equal(first.text + second.text, "");
		assert.match(third.text, /^HTTP\/1\.1 503 Service Unavailable\r\n.*Retry-After: 1\r\n.*Connection: close/s);
		first.send("\r\n\r\n");
		assert.match(first.text, /hello/);
		third.finish();
		assert.equal(connect().send(partial).text, "", "there is room again");
		second.send("\r\n\r\n");
		assert.match(second.text, /hello/);
	});

	it("holds one content, but not two at once: the second handler's read fails with 503, with Retry-After", async () => {
		const { connect, network, log } = serve(echo);
		const [first, second] = [connect(), connect()];
		for (const client of [first, second]) client.send(post(12_000) + "x".repeat(7_000));
		await network.settle();
		assert.equal(first.text, "");
		assert.match(second.text, /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n/s);
		first.send("x".repeat(5_000));
		await network.settle();
		assert.match(first.text, /^HTTP\/1\.1 200 .*x{12000}$/s);
		assert.deepEqual(log, []);
	});

	it("may run out while content arrives: the handler's read fails with 503, with Retry-After", async () => {
		const { connect, network } = serve(echo, { limits: { contentMemory: 1_400 } });
		const client = connect().send(post(1_000)).send("x".repeat(500));
		connect().send(post(900) + "x".repeat(700));
		await network.settle();
		assert.equal(client.text, "");
		client.send("x".repeat(500));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n.*Connection: close/s);
	});

	it("is not shared between slow content and content that comes with its head", async () => {
		const { connect, network } = serve(echo, { limits: { contentMemory: 1_000 } });
		connect().send(post(1_000)).send("x".repeat(999));
		await network.settle();
		const [whole, slow] = [
			connect().send(post(500) + "x".repeat(500)),
			connect().send(post(500)).send("x".repeat(500)),
		];
		await network.settle();
		assert.match(whole.text, /^HTTP\/1\.1 200 /);
		assert.match(slow.text, /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n/s);
	});

	it("is held for the heads of streams as long as they last, and leaves what others need", async () => {
		const { connect, network } = serve(() => new Response({ pull: () => undefined, close() {} }), {
			limits: { streamMemory: 3_000 },
		});
		const request = head("GET / HTTP/1.1", `X: ${"y".repeat(1_000)}`);
		const viewers = [connect(), connect(), connect()].map((client) => client.send(request));
		assert.match(viewers[1].text, /^HTTP\/1\.1 200/);
		assert.match(viewers[2].text, /^HTTP\/1\.1 503/);
		viewers[0].finish();
		assert.match(connect().send(request).text, /^HTTP\/1\.1 200/);
		await network.settle();
	});

	it("is all released, whatever happens", async () => {
		const handler = async (request: Request) => {
			if (request.path === "/ignore") return new Response("ignored");
			if (request.path === "/stream") return new Response({ pull: () => undefined, close() {} });
			return echo(request);
		};
		const { connect, network, ask } = serve(handler, { limits: { headMemory: 8_200, slots: 100_000 } });
		const large = "x".repeat(1_500);
		const requests = [
			"BAD\r\n",
			`GET /${"a".repeat(2_000)}`,
			"GET / HTTP/1.1\r\nX: ",
			post(1_500) + large,
			post(1_500) + large.slice(1),
			post(20_000),
			head("POST /ignore HTTP/1.1", "Content-Length: 1500") + large,
			head("POST /ignore HTTP/1.1", "Content-Length: 1500") + large.slice(1),
			head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "400\r\n" + "x".repeat(1_024),
			head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "4\r\nxxxxx\r\n",
			head("GET /stream HTTP/1.1") + large,
			head("GET / HTTP/1.1", "Connection: close") + large,
			post(1_500) + large + post(1_500) + large.slice(500),
		];
		for (let round = 0; round < 40; round++) {
			for (const text of requests) {
				const client = connect();
				client.send(text.slice(0, 700)).send(text.slice(700));
				if (round % 3 === 0) await network.settle();
				client.finish();
				if (round % 2 === 0) await network.settle();
				assert.equal(network.open, 0, text.slice(0, 60));
			}
		}
		await network.settle();
		assert.match(await ask(post(4_000) + "x".repeat(4_000)), /^HTTP\/1\.1 200 .*x{4000}$/s, "nearly all at once");
	});
});

describe("by default", () => {
	const late = head("GET /late HTTP/1.1");

	/** How many requests of a kind are admitted beside the given number of streams. */
	async function beside(streams: number, text: string): Promise<number> {
		const { connect, network } = serve(
			(request) =>
				request.path === "/stream"
					? new Response({ pull: () => undefined, close() {} })
					: new Promise<Response>(() => {}),
			{ limits: { queueTimeout: 0 } },
		);
		const viewers = Array.from({ length: streams }, () => connect().send(head("GET /stream HTTP/1.1")));
		for (const { text } of viewers) assert.match(text, /^HTTP\/1\.1 200 /);
		for (let inside = 0; ; inside++) {
			const client = network.connect(80, `192.0.2.${10 + inside}`).send(text);
			await network.settle();
			advance(0);
			if (client.text !== "") return inside;
		}
	}

	it("three handlers may wait beside four viewers, two beside ten, and one more whose content comes with its head", async () => {
		assert.equal(await beside(4, late), 3);
		assert.equal(await beside(10, late), 2);
		const whole = head("PATCH /late HTTP/1.1", "Content-Length: 5") + "whole";
		assert.equal(await beside(4, whole), 4);
		assert.equal(await beside(10, whole), 3);
		assert.equal(await beside(0, whole), 5);
	});

	it("three handlers wait for content that comes slowly", async () => {
		const { connect, network } = serve(echo, { limits: { queueTimeout: 0 } });
		const clients = Array.from({ length: 4 }, () =>
			connect().send(head("POST / HTTP/1.1", "Content-Length: 5") + "hell"),
		);
		await network.settle();
		assert.deepEqual(
			clients.map(({ text }) => text.slice(9, 12)),
			["", "", "", "503"],
		);
		clients.forEach((client) => client.finish());
	});

	it("content is at most 12,288 bytes long", async () => {
		const { ask } = serve(echo);
		const post = (length: number) => ask(head("POST / HTTP/1.1", `Content-Length: ${length}`) + "x".repeat(length));
		assert.match(await post(12_288), /^HTTP\/1\.1 200 .*x{12288}$/s);
		assert.match(await post(12_289), /^HTTP\/1\.1 413 /);
	});
});

describe("content that a handler awaits", () => {
	it("is answered with 503 if there is no memory to read it, and the handler's read fails", async () => {
		const errors: unknown[] = [];
		const { connect, network, log } = serve(
			async (request) => {
				try {
					return await echo(request);
				} catch (error) {
					errors.push(error);
					throw error;
				}
			},
			{ limits: { headMemory: 2_000 } },
		);
		const slow = connect().send(head("POST / HTTP/1.1", "Content-Length: 600"));
		await network.settle();
		// None of them is larger, and makes room.
		for (let i = 0; i < 3; i++) connect().send(`GET / HTTP/1.1\r\nX: ${"y".repeat(550)}`);
		slow.send("x".repeat(600));
		await network.settle();
		assert.match(slow.text, /^HTTP\/1\.1 503 .*\r\nConnection: close/s);
		assert.lengthOf(errors, 1);
		assert.deepEqual(log, []);
	});
});

describe("handlers that wait for content", () => {
	const post = head("POST / HTTP/1.1", "Content-Length: 5");

	it("are few: the one too many gets 503, and a client that sends all at once is served", async () => {
		const { connect, network, log } = serve(echo, { limits: { contentWaiters: 2, queueTimeout: 0 } });
		const [first, second, third] = [connect(), connect(), connect()],
			whole = network.connect(80, "192.0.2.2");
		first.send(post);
		second.send(post + "hell");
		third.send(post + "h");
		whole.send(post + "whole");
		await network.settle();
		assert.equal(first.text + second.text, "");
		assert.match(third.text, /^HTTP\/1\.1 503 /);
		assert.match(whole.text, /whole$/);
		second.send("o");
		await network.settle();
		assert.match(second.text, /hello$/);
		const fourth = connect().send(post);
		first.finish();
		const fifth = connect().send(post);
		await network.settle();
		assert.equal(fourth.text + fifth.text, "");
		advance(10_000 + SWEEP);
		await network.settle();
		assert.match(fourth.text, /^HTTP\/1\.1 408 /);
		assert.match(fifth.text, /^HTTP\/1\.1 408 /);
		const last = connect().send(post);
		await network.settle();
		last.send("again");
		await network.settle();
		assert.match(last.text, /again$/);
		assert.deepEqual(log, []);
	});
});

describe("connections beyond the cap", () => {
	const limits = { connections: 3 };

	it("get 503 and Retry-After", async () => {
		const { connect, network, server } = serve(hello, { limits });
		const served = [connect(), connect(), connect()];
		network.run();
		const refused = connect();
		await network.settle();
		assert.equal(
			refused.text,
			"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 21\r\nConnection: close\r\n\r\ntoo many connections\n",
		);
		assert.equal(server.connectionCount, 3);
		refused.send(head("GET / HTTP/1.1"));
		assert.equal(refused.unread, 0);
		assert.isFalse(refused.closed, "the client closes, or the timeout does");
		refused.finish();
		assert.isTrue(refused.closed);
		assert.isFalse(refused.wasReset);
		for (const client of served) assert.match(client.send(head("GET / HTTP/1.1")).text, /hello/);
	});

	it("are closed without a response if many come at once", async () => {
		const { connect, network, server } = serve(hello, { limits });
		const clients = Array.from({ length: 20 }, connect);
		await network.settle();
		assert.equal(server.connectionCount, 3);
		assert.equal(network.open, 5);
		assert.lengthOf(
			clients.filter((client) => client.text.startsWith("HTTP/1.1 503")),
			2,
		);
		assert.lengthOf(
			clients.filter((client) => client.closed),
			15,
		);
	});

	it("are accepted as soon as a client has disconnected", () => {
		const { connect, network, server } = serve(hello, { limits });
		const [first] = [connect(), connect(), connect()];
		network.run();
		first.finish();
		assert.match(connect().send(head("GET / HTTP/1.1")).text, /hello/);
		assert.equal(server.connectionCount, 3);
	});

	it("make room again once they have their refusal", () => {
		const { connect, network } = serve(() => new Promise<Response>(() => {}), { limits });
		for (const client of [connect(), connect(), connect()]) client.send(head("GET / HTTP/1.1"));
		for (let i = 0; i < 10; i++) {
			const refused = connect();
			network.run();
			assert.match(refused.text, /^HTTP\/1\.1 503/);
			advance(2_000 + SWEEP);
			assert.isTrue(refused.closed);
		}
		assert.equal(network.open, 3);
	});
});

describe("a connection that waits for its client", () => {
	const limits = { connections: 3 };
	const get = head("GET / HTTP/1.1");

	it("makes room for a new one, the one that has waited longest first", () => {
		const { connect, network, server } = serve(hello, { limits });
		const [first, second, third] = [connect().send(get), connect().send(get), connect().send(get)];
		first.send(get);
		assert.match(connect().send(get).text, /hello/);
		assert.deepEqual([first.closed, second.closed, third.closed], [false, true, false]);
		assert.match(connect().send(get).text, /hello/);
		assert.deepEqual([first.closed, third.closed], [false, true]);
		assert.equal(server.connectionCount, 3);
		assert.equal(network.open, 3);
	});

	it("has time to send a request when it has just been accepted", () => {
		const { connect, network } = serve(hello, { limits });
		const [silent, slow, last] = [connect(), connect().send("GET / HTTP/1.1\r\n"), connect()];
		network.run();
		advance(SWEEP);
		const early = connect().send(get);
		assert.match(early.text, /^HTTP\/1\.1 503/);
		early.finish();
		assert.isFalse(silent.closed || slow.closed || last.closed);
		advance(SWEEP);
		assert.match(connect().send(get).text, /hello/);
		assert.match(silent.text, /^HTTP\/1\.1 503 .*too many connections/s, "the oldest");
		assert.deepEqual([slow.text, last.text], ["", ""]);
		assert.match(connect().send(get).text, /hello/);
		assert.match(slow.text, /^HTTP\/1\.1 503/, "half a head is not a request");
		assert.deepEqual([silent.closed, slow.closed, last.closed], [false, false, false]);
		connect().send(get);
		assert.isTrue(last.closed, "two refusals are already under way");
		assert.equal(network.open, 5);
	});

	it("makes room as well while its handler waits for content that does not come", async () => {
		const { connect, network, log } = serve(
			(request) => (request.path === "/late" ? new Promise<Response>(() => {}) : echo(request)),
			{ limits },
		);
		const slow = connect().send(head("POST / HTTP/1.1", "Content-Length: 5") + "hell");
		const others = [2, 3].map((i) => network.connect(80, `192.0.2.${i}`).send(head("GET /late HTTP/1.1")));
		await network.settle();
		advance(SWEEP);
		connect().send(get);
		await network.settle();
		assert.isFalse(slow.closed, "content that was just asked for has time to come");
		advance(SWEEP);
		const next = network.connect(80, "192.0.2.4").send(get);
		await network.settle();
		assert.match(next.text, /^HTTP\/1\.1 200/);
		assert.isTrue(slow.closed);
		assert.isFalse(others[0].closed || others[1].closed);
		assert.deepEqual(log, []);
	});

	it("makes room for others at once if its address has more connections than theirs, and not for one more of its own", async () => {
		const { connect, network, log } = serve(hello, { limits });
		const flood = [connect(), connect(), connect()];
		network.run();
		const other = network.connect(80, "192.0.2.2").send(get);
		assert.match(other.text, /hello/);
		assert.match(flood[0].text, /^HTTP\/1\.1 503/);
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503/, "one more");
		flood[0].finish();
		// Two and one: a client that floods displaces itself, though the other has waited longer.
		advance(2 * SWEEP);
		assert.match(network.connect(80, "192.0.2.3").send(get).text, /hello/);
		assert.deepEqual([other.closed, flood[1].closed, flood[2].closed], [false, false, false]);
		assert.match(flood[1].text, /^HTTP\/1\.1 503/);
		assert.match(other.send(get).text, /hello/);
		await network.settle();
		assert.deepEqual(log, []);
	});

	it("does not make room because its address watches: streams have their own limit", () => {
		const { connect, network } = serve(
			(request) => (request.path === "/stream" ? new Response({ pull: () => undefined, close() {} }) : hello()),
			{ limits: { connections: 4, reservedConnections: 2 } },
		);
		for (let i = 0; i < 2; i++) connect().send(head("GET /stream HTTP/1.1"));
		const flood = [network.connect(80, "192.0.2.2"), network.connect(80, "192.0.2.2")];
		network.run();
		assert.match(connect().send(get).text, /hello/);
		assert.match(flood[0].text, /^HTTP\/1\.1 503/);
	});

	it("is the only kind that makes room: clients being served stay", () => {
		const endless: BodySource = { pull: () => undefined, close: () => assert.fail("closed") };
		const { connect, network } = serve(
			(request) => (request.target === "/slow" ? new Promise<Response>(() => {}) : new Response(endless)),
			{ limits },
		);
		connect().send(head("GET / HTTP/1.1"));
		connect().send(head("GET /slow HTTP/1.1"));
		connect().send(head("GET /slow HTTP/1.1"));
		advance(5 * SWEEP);
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503/);
		network.run();
		assert.equal(network.open, 4);
	});
});

describe("streams", () => {
	const get = head("GET / HTTP/1.1");

	function open(limits = { connections: 5, reservedConnections: 2 }) {
		let streams = 0;
		const served = serve(
			(request) => {
				if (request.target === "/status") return hello();
				streams++;
				return new Response({
					pull: () => undefined,
					close: () => {
						streams--;
					},
				});
			},
			{ limits },
		);
		return { ...served, streams: () => streams };
	}

	it("leave connections to other requests: the one too many gets 503 and Retry-After", () => {
		const { connect, streams } = open();
		const viewers = [connect().send(get), connect().send(get), connect().send(get)];
		for (const { text } of viewers) assert.match(text, /^HTTP\/1\.1 200/);
		const refused = connect().send(get);
		assert.equal(
			refused.take(),
			"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: 17\r\n\r\ntoo many streams\n",
		);
		assert.equal(streams(), 3, "its source is closed");
		assert.match(connect().send(head("GET /status HTTP/1.1")).text, /hello/);
		assert.match(refused.send(head("GET /status HTTP/1.1")).text, /hello/);
		assert.match(refused.send(head("HEAD / HTTP/1.1")).take(), /200 OK/, "HEAD streams nothing");
		viewers[0].finish();
		assert.match(refused.send(get).text, /^HTTP\/1\.1 200/m);
		assert.equal(streams(), 3);
	});

	it("free their slots however they end", async () => {
		const { connect, network } = serve(
			() =>
				new Response(
					(async function* () {
						yield "one block";
					})(),
				),
			{ limits: { connections: 5, reservedConnections: 4 } },
		);
		const client = connect();
		for (let i = 0; i < 5; i++) {
			client.send(get);
			await network.settle();
			assert.match(client.take(), /^HTTP\/1\.1 200 .*one block/s);
		}
	});

	it("are ten by default, each with a head as long as a browser's with a cookie", () => {
		const { connect, streams } = open({} as { connections: number; reservedConnections: number });
		const fields = Array.from({ length: 14 }, (_, i) => `X-Field-${i}: ${"v".repeat(47)}`);
		for (let i = 0; i < 10; i++) connect().send(head("GET / HTTP/1.1", ...fields));
		assert.equal(streams(), 10);
	});

	it("are ten by default", () => {
		const { connect, streams } = open({} as { connections: number; reservedConnections: number });
		for (let i = 0; i < 20; i++) connect().send(get);
		assert.equal(streams(), 10);
		assert.match(connect().send(head("GET /status HTTP/1.1")).text, /hello/);
	});
});

describe("a stream that has nothing to send", () => {
	const get = head("GET / HTTP/1.1");

	it("is closed after a while, since its client may be gone", () => {
		let wake!: () => void;
		let blocks = 0;
		let closed = 0;
		const { connect, network } = serve(
			() =>
				new Response({
					pull(woken) {
						wake = woken;
						return blocks-- > 0 ? new Uint8Array(10) : undefined;
					},
					close: () => closed++,
				}),
		);
		const client = connect().send(get);
		advance(29_000);
		blocks = 1;
		wake();
		advance(29_000);
		wake(); // with nothing to send
		client.send("?"); // which nothing asks for
		assert.isFalse(client.closed);
		advance(1_000 + SWEEP);
		assert.isTrue(client.closed);
		assert.equal(closed, 1);
		assert.equal(network.open, 0);
	});

	it("goes on if its client accepts its heartbeat, and is closed otherwise", () => {
		const events = new EventStream(() => {});
		const { connect, network } = serve(() => events.response);
		const client = connect().send(get);
		client.take();
		for (let i = 0; i < 5; i++) {
			advance(30_000 + SWEEP);
			network.run();
			assert.equal(client.take(), "3\r\n:\n\n\r\n");
		}
		events.send("state", "1");
		network.run();
		assert.equal(client.take(), "16\r\nevent: state\ndata: 1\n\n\r\n");
		client.pause();
		network.run();
		advance(30_000 + SWEEP);
		// Once the window is full, nothing is acknowledged anymore.
		for (let i = 0; i < 300; i++) {
			events.send("state", "1".repeat(1_000));
			network.run();
		}
		assert.isFalse(client.closed);
		advance(20_000 + SWEEP);
		assert.isTrue(client.closed);
	});

	it("has the whole timeout for a write when it has data again", () => {
		let wake!: () => void;
		let ready = false;
		const { connect, network } = serve(
			() =>
				new Response({
					pull(woken) {
						wake = woken;
						return ready ? new Uint8Array(100) : undefined;
					},
					close() {},
				}),
			{ window: 300 },
		);
		const client = connect().pause().send(get);
		network.run();
		advance(29_000);
		ready = true;
		wake();
		network.run();
		advance(19_000);
		assert.isFalse(client.closed);
		advance(1_000 + SWEEP);
		assert.isTrue(client.closed);
	});
});

describe("a client that reads a response slowly", () => {
	const get = head("GET / HTTP/1.1");
	const page = () => new Response(new Uint8Array(20_000));
	const serveWith = (limits: Partial<Limits>) => serve(page, { limits: { responseMemory: 100_000, ...limits } });

	function slowly(client: Client, sweeps: number, bytes: number): void {
		for (let i = 0; i < sweeps; i++) {
			advance(SWEEP);
			client.acknowledge(bytes);
		}
	}

	it("is closed, though it reads a little now and then", () => {
		const { connect } = serveWith({});
		const slow = connect().pause().send(get);
		slowly(slow, 19, 400);
		assert.isFalse(slow.closed);
		slowly(slow, 4, 400);
		assert.isTrue(slow.closed);
	});

	it("is served as long as it reads fast enough", () => {
		const { connect, network } = serveWith({});
		const slow = connect().pause().send(get);
		slowly(slow, 35, 500);
		network.run();
		assert.isFalse(slow.closed);
		assert.isAbove(slow.received.length, 20_000, "all of it");
		slow.finish();
	});

	it("makes room for others, unless it reads a stream", () => {
		const { connect, network, log } = serve(
			(request) =>
				request.path === "/stream" ? new Response({ pull: () => new Uint8Array(9_000), close() {} }) : page(),
			{ limits: { connections: 3, reservedConnections: 1, responseMemory: 100_000 } },
		);
		const [one, other] = [connect(), connect()].map((client) => client.pause().send(get));
		const viewer = connect().pause().send(head("GET /stream HTTP/1.1"));
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503/, "they have just begun");
		for (let i = 0; i < 5; i++) {
			advance(SWEEP);
			network.run();
		}
		const owner = connect().send(get);
		assert.match(owner.text, /^HTTP\/1\.1 200/);
		assert.deepEqual([one.closed, other.closed, viewer.closed], [true, false, false]);
		assert.deepEqual(log, []);
	});

	it("holds its response's memory, so that others are refused", () => {
		const { connect } = serveWith({ responseMemory: 30_000 });
		const slow = connect().pause().send(get);
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503/);
		slowly(slow, 5, 0);
		assert.match(connect().send(get).text, /^HTTP\/1\.1 200/);
		assert.isTrue(slow.closed, "once it has had its time");
		for (let i = 0; i < 20; i++) {
			const quick = connect().send(get);
			assert.match(quick.text, /^HTTP\/1\.1 200/);
			quick.finish();
		}
	});

	it("makes room for others' heads, too", () => {
		const { connect } = serveWith({ headMemory: 1_000 });
		const large = head("GET / HTTP/1.1", `X: ${"y".repeat(850)}`);
		const slow = connect().pause().send(large);
		assert.match(connect().send(large).text, /^HTTP\/1\.1 503/);
		slowly(slow, 5, 0);
		assert.match(connect().send(large).text, /^HTTP\/1\.1 200/);
		assert.isTrue(slow.closed);
	});
});

describe("handlers at work", () => {
	it("are at most four: the fifth client gets 503 and its request is closed; requests without a waiting handler are served", async () => {
		const waiting = new Map<Request, Deferred<Response>>();
		const left: Request[] = [];
		const { connect, network, ask, log } = serve((request) => {
			if (request.path === "/now") return hello();
			if (request.method === "PATCH") return echo(request);
			const later = new Deferred<Response>();
			waiting.set(request, later);
			request.onClose(() => left.push(request));
			return later.promise;
		});
		const four = Array.from({ length: 4 }, (_, i) =>
			network.connect(80, `192.0.2.${10 + i}`).send(head("GET /late HTTP/1.1")),
		);
		await network.settle();
		const [fifth, beside] = [connect(), connect()];
		network.run();
		fifth.post(head("GET /late HTTP/1.1"));
		beside.post(head("GET /now HTTP/1.1"));
		await network.settle();
		assert.match(
			fifth.text,
			/^HTTP\/1\.1 503 .*Retry-After: 1\r\n.*Connection: close\r\n.*too many requests are waiting/s,
		);
		assert.deepEqual(left, [...waiting.keys()].slice(4));
		assert.match(beside.text, /^HTTP\/1\.1 503/, "the rest of that turn is refused as well");
		assert.match(await ask(head("GET /now HTTP/1.1")), /hello/);
		assert.match(await ask(head("PATCH / HTTP/1.1", "Content-Length: 5") + "whole"), /whole/);
		four[0].finish();
		await network.settle();
		assert.match(await ask(head("GET /late HTTP/1.1")), /^HTTP\/1\.1 503/, "the first still has its memory");
		advance(0);
		waiting.forEach((later) => later.resolve(hello()));
		await network.settle();
		assert.deepEqual(
			four.slice(1).map(({ text }) => /hello/.test(text)),
			[true, true, true],
		);
		connect().send(head("GET /late HTTP/1.1"));
		await network.settle();
		assert.equal(left.length, 3, "there is room again");
		assert.deepEqual(log, []);
	});
});

describe("a handler that is still working", () => {
	it("has its request's memory until it is done, even if the client has disconnected", async () => {
		const later = new Deferred<Response>();
		const { connect, network, ask } = serve((request) => (request.path === "/late" ? later.promise : hello()), {
			limits: { headMemory: 1_100 },
		});
		const large = `X: ${"y".repeat(850)}`;
		connect().send(head("GET /late HTTP/1.1", large)).finish();
		await network.settle();
		assert.match(await ask(head("GET / HTTP/1.1", large)), /^HTTP\/1\.1 503/);
		assert.match(await ask(head("GET / HTTP/1.1")), /hello/);
		later.resolve(hello());
		await network.settle();
		assert.match(await ask(head("GET / HTTP/1.1", large)), /hello/);
	});
});

describe("a client that takes its time", () => {
	it("with a head gets 408", async () => {
		const { connect, network } = serve(hello);
		const slow = connect();
		network.run();
		advance(8_000);
		slow.send("GET / HTTP/1.1\r\nX: "); // the timeout of a head begins with its first byte
		for (let i = 0; i < 9; i++) {
			advance(1_000);
			slow.send("y");
		}
		advance(999);
		assert.equal(slow.text, "");
		advance(SWEEP + 1);
		network.run();
		assert.match(slow.text, /^HTTP\/1\.1 408 Request Timeout\r\n/);
		assert.isFalse(slow.closed);
		advance(2_000 + SWEEP);
		assert.isTrue(slow.closed);
	});

	it("before it sends anything is closed without a response", () => {
		const { connect, network } = serve(hello);
		const client = connect();
		network.run();
		advance(9_999);
		assert.isFalse(client.closed);
		advance(SWEEP + 1);
		assert.isTrue(client.closed);
		assert.equal(client.text, "");
		assert.equal(pendingTimers(), 0);
	});

	it("before it sends anything but empty lines is closed as well", () => {
		const { connect, network } = serve(hello);
		const client = connect();
		for (let i = 0; i <= 11; i++) {
			client.send("\r\n");
			advance(1_000);
		}
		network.run();
		assert.isTrue(client.closed);
		assert.equal(client.text, "");
	});

	it("between requests is closed", () => {
		const { connect } = serve(hello);
		const client = connect().send(head("GET / HTTP/1.1"));
		client.take();
		advance(14_999);
		assert.isFalse(client.closed);
		client.send(head("GET / HTTP/1.1"));
		advance(14_999);
		assert.isFalse(client.closed, "each request has its own timeout");
		advance(SWEEP + 1);
		assert.isTrue(client.closed);
	});

	it("with content gets 408", async () => {
		const { connect, network, log } = serve(echo);
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 50") + "hello");
		for (let i = 0; i < 9; i++) {
			advance(1_000);
			client.send("x");
		}
		await network.settle();
		assert.equal(client.text, "");
		advance(1_000 + SWEEP);
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 408 Request Timeout\r\n.*Connection: close\r\n/s);
		assert.deepEqual(log, []);
	});

	it("with content has the whole timeout from when a handler asks for it", async () => {
		let wanted!: () => void;
		const asked = new Promise<void>((resolve) => (wanted = resolve));
		const { connect, network } = serve(async (request) => {
			await asked;
			return echo(request);
		});
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5"));
		advance(60_000);
		wanted();
		await network.settle();
		advance(9_000);
		client.send("hello");
		await network.settle();
		assert.match(client.text, /hello$/);
	});

	it("with content that the server only discards is closed", async () => {
		const { connect, network } = serve(hello);
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200/);
		advance(10_000 + SWEEP);
		assert.isTrue(client.closed);
	});

	it("to read its response is closed, and so is the body's source", () => {
		let closed = 0;
		const source: BodySource = { pull: () => new Uint8Array(3_000), close: () => closed++ };
		const { connect, network } = serve(() => new Response(source));
		const client = connect().pause().send(head("GET / HTTP/1.1"));
		network.run();
		assert.isFalse(client.closed);
		for (let i = 0; i < 5; i++) {
			advance(19_000);
			client.acknowledge(1); // one byte is progress
		}
		advance(19_999);
		assert.isFalse(client.closed);
		advance(SWEEP + 1);
		assert.isTrue(client.closed);
		assert.equal(closed, 1);
		assert.equal(network.open, 0);
	});

	it("because a stream has no data for it is not closed", () => {
		const source: BodySource = { pull: () => undefined, heartbeat: () => new Uint8Array(1), close() {} };
		const { connect, network } = serve(() => new Response(source));
		const client = connect().send(head("GET / HTTP/1.1"));
		for (let i = 0; i < 100; i++) {
			advance(36_000);
			network.run();
		}
		assert.isFalse(client.closed);
	});

	it("is measured again when a stream that had no data continues", () => {
		let wake!: () => void;
		let block: Uint8Array | undefined;
		const source: BodySource = { pull: (callback) => ((wake = callback), block), close() {} };
		const { connect, network } = serve(() => new Response(source));
		const client = connect().send(head("GET / HTTP/1.1"));
		advance(29_000);
		client.pause();
		block = new Uint8Array(6_000);
		wake();
		network.run();
		advance(19_999);
		assert.isFalse(client.closed);
		advance(SWEEP + 1);
		assert.isTrue(client.closed);
	});

	it("is measured by what it reads, not by what it sends", () => {
		const source: BodySource = { pull: () => new Uint8Array(9_000), close() {} };
		const { connect, network } = serve(() => new Response(source));
		const client = connect().pause().send(head("GET / HTTP/1.1"));
		for (let i = 0; i < 3; i++) {
			advance(6_000);
			client.send("x");
		}
		advance(2_000 + SWEEP);
		network.run();
		assert.isTrue(client.closed);
	});

	it("is measured from when there is data for it that it does not read", () => {
		let wake!: () => void;
		let block: Uint8Array | undefined = new Uint8Array(5_644); // with the head, exactly the window
		const source: BodySource = {
			pull(callback) {
				const next = block;
				block = undefined;
				wake = callback;
				return next;
			},
			close() {},
		};
		const { connect } = serve(() => new Response(source, { framing: "close" }));
		const client = connect().pause().send(head("GET / HTTP/1.1"));
		assert.equal(client.received.length, 5_744);
		advance(29_000);
		assert.isFalse(client.closed);
		block = new Uint8Array(1);
		wake();
		advance(19_000);
		assert.isFalse(client.closed);
		advance(1_000 + SWEEP);
		assert.isTrue(client.closed);
	});

	it("to disconnect after an error is closed", () => {
		const { connect } = serve(hello);
		const client = connect().send("BAD\r\n");
		advance(1_999);
		assert.isFalse(client.closed);
		advance(SWEEP + 1);
		assert.isTrue(client.closed);
	});

	it("and goes on sending after an error has just as long, however much it sends, so that the answer reaches it", () => {
		const { connect } = serve(hello);
		const client = connect().send("BAD\r\n");
		for (let i = 0; i < 100; i++) assert.equal(client.send("x".repeat(1_000)).unread, 0);
		assert.isFalse(client.closed);
		advance(2_000 + SWEEP);
		assert.isTrue(client.closed);
	});
});
