import { assert } from "chai";
import { ClientError } from "yieldcam/client/client-error";
import { DEFAULT_CLIENT_LIMITS } from "yieldcam/client/limits";
import type { BodySource } from "yieldcam/http/body";
import { dial, ok, Outcome } from "../../support/dial.ts";
import { advance, pendingTimers } from "../../support/time.ts";
import { takeBack } from "../../support/take-back.ts";

/** A body of blocks that a test supplies. */
class Blocks implements BodySource {
	readonly blocks: (ArrayBuffer | null)[] = [];
	closed = 0;
	#wake: (() => void) | undefined;

	pull(wake: () => void): ArrayBuffer | undefined | null {
		this.#wake = wake;
		return this.blocks.shift();
	}

	push(block: string | null): void {
		this.blocks.push(block === null ? null : ArrayBuffer.fromString(block));
		this.#wake?.();
	}

	close(): void {
		this.closed++;
	}
}

describe("the HTTP client", () => {
	it("sends a request and receives its response", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/a?b=c", { headers: { Accept: "text/plain" } }));
		await at.settle();
		assert.deepEqual(at.network.dialled, ["192.0.2.7:8000"]);
		assert.equal(at.server.text, "GET /a?b=c HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nAccept: text/plain\r\n\r\n");
		at.server.send(ok("hello", "X-Name: a"));
		await at.settle();
		const response = asked.value!;
		assert.equal(response.status, 200);
		assert.isTrue(response.ok);
		assert.equal(response.headers.get("x-name"), "a");
		assert.equal(response.text(), "hello");
	});

	it("sends every part of a request without waiting for the acknowledgement of another", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		assert.isTrue(at.server.nodelay);
		at.server.send(ok());
		await at.settle();
		assert.equal(asked.value?.status, 200);
	});

	it("sends text, bytes, sized and chunked streams", async () => {
		const at = dial();
		const cases = [
			[
				"POST",
				"text",
				"POST / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n\r\ntext",
				{},
			],
			[
				"PUT",
				ArrayBuffer.fromString("bytes"),
				"PUT / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Length: 5\r\n\r\nbytes",
				{},
			],
			["POST", null, "POST / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Length: 0\r\n\r\n", {}],
			["DELETE", null, "DELETE / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\n\r\n", {}],
			[
				"POST",
				stream("ab", "cde"),
				"POST / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Length: 5\r\n\r\nabcde",
				{ "Content-Length": 5 },
			],
			[
				"POST",
				stream("ab", "cde"),
				"POST / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
				{},
			],
		] as const;
		for (const [method, body, expected, headers] of cases) {
			const asked = new Outcome(at.client.request(method, "/", { body, headers }));
			await at.settle();
			assert.equal(at.server.take(), expected);
			at.server.send(ok());
			await at.settle();
			assert.equal(asked.value?.status, 200);
		}
		assert.equal(at.ends.length, 1, "over one connection");
	});

	it("sends a block whole and in windows, without a copy", async () => {
		const at = dial();
		const block = new Uint8Array(20_000);
		block.forEach((_, i) => (block[i] = i));
		const body = {
			blocks: [block, null] as (Uint8Array | null)[],
			closed: 0,
			pull: () => body.blocks.shift()!,
			close: () => void body.closed++,
		};
		const asked = new Outcome(
			at.client.request("POST", "/upload", { body, headers: { "Content-Length": block.length } }),
		);
		await at.settle();
		const { received } = at.server;
		assert.deepEqual(received.slice(received.length - block.length), block);
		assert.isAtMost(Math.max(...at.server.writes), 5_744);
		assert.equal(body.closed, 1, "as soon as it is sent, not when it is answered");
		at.server.send(ok());
		await at.settle();
		assert.equal(asked.value!.status, 200);
	});

	it("keeps the connection for the next request, and opens another if the server closes it", async () => {
		const at = dial();
		for (let i = 0; i < 3; i++) {
			const asked = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			at.server.send(ok(`${i}`));
			await at.settle();
			assert.equal(asked.value!.text(), `${i}`);
			assert.isTrue(at.client.connected);
		}
		assert.equal(at.ends.length, 1);
		const last = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send(ok("last", "Connection: close"));
		await at.settle();
		assert.equal(last.value!.text(), "last");
		assert.isFalse(at.client.connected);
		assert.isTrue(at.ends[0].closed);
		new Outcome(at.client.request("GET", "/"));
		await at.settle();
		assert.equal(at.ends.length, 2);
	});

	it("accepts a response in any pieces, on a kept connection", async () => {
		const at = dial();
		const response =
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n";
		for (let split = 0; split < response.length; split++) {
			const asked = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			if (split === 0) {
				for (const byte of response) at.server.send(byte);
			} else at.server.send(response.slice(0, split)).send(response.slice(split));
			await at.settle();
			assert.equal(asked.value?.text(), "abc", `split at ${split}`);
		}
		assert.equal(at.ends.length, 1);
	});

	it("accepts content that ends with the connection", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send("HTTP/1.0 200 OK\r\n\r\nhello ").send("world");
		assert.isFalse(asked.settled);
		at.server.finish();
		await at.settle();
		assert.equal(asked.value!.text(), "hello world");
		assert.equal(at.network.open, 0);
	});

	it("handles one request at a time", async () => {
		const at = dial();
		const first = new Outcome(at.client.request("GET", "/1"));
		const second = new Outcome(at.client.request("GET", "/2"));
		await at.settle();
		assert.equal(second.error?.reason, "busy");
		at.server.send(ok("1"));
		await at.settle();
		assert.equal(first.value!.text(), "1");
	});

	it("connects in advance", async () => {
		const at = dial();
		const opened = new Outcome(at.client.connect().then(() => true));
		assert.isFalse(at.client.connected);
		await at.settle();
		assert.isTrue(opened.value);
		assert.isTrue(at.client.connected);
		new Outcome(at.client.request("GET", "/"));
		await at.settle();
		assert.equal(at.ends.length, 1);
		assert.include(at.server.text, "GET / ");
	});

	it("reads JSON, within limits", async () => {
		const at = dial();
		const ask = async (content: string) => {
			const asked = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			at.server.send(ok(content));
			await at.settle();
			return asked.value!;
		};
		assert.deepEqual((await ask(`{"a":[1,2]}`)).json(), { a: [1, 2] });
		for (const content of ["{", "[".repeat(20) + "]".repeat(20), `[${"0,".repeat(600)}0]`]) {
			const response = await ask(content);
			try {
				response.json();
				assert.fail("no JSON");
			} catch (error) {
				assert.instanceOf(error, ClientError);
				assert.equal(error.reason, "malformed");
			}
		}
	});

	it("rejects a field that would become two, and a request that would become two", async () => {
		const at = dial();
		for (const [method, target, headers] of [
			["GET /", "/", {}],
			["", "/", {}],
			["GET", "/a b", {}],
			["GET", "/\r\nX: y", {}],
			["GET", "a", {}],
			["GET", "/#x", {}],
			["GET", "/", { A: "b\r\nC: d" }],
			["GET", "/", { "A B": "c" }],
			["POST", "/", { "Content-Length": "x" }],
		] as const) {
			const body = method === "POST" ? new Blocks() : null;
			const asked = new Outcome(at.client.request(method, target, { headers, body }));
			await at.settle();
			assert.instanceOf(asked.error, TypeError, `${method} ${target}`);
			if (body) assert.equal(body.closed, 1);
		}
		const asked = new Outcome(
			at.client.request("POST", "/", {
				body: "x",
				headers: { "content-length": 7, "Transfer-Encoding": "x", host: "y", connection: "z" },
			}),
		);
		await at.settle();
		assert.equal(
			at.server.text,
			"POST / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 1\r\n\r\nx",
		);
		at.server.send(ok());
		await at.settle();
		assert.isTrue(asked.value!.ok);
	});
});

describe("the HTTP client's connection", () => {
	it("fails if the server is not reachable", async () => {
		for (const [prepare, reason, message] of [
			["refused", "connect", "192.0.2.7:8000: cannot connect: refused or unreachable"],
			["full", "connect", "192.0.2.7:8000: cannot connect: no socket"],
			["silent", "timeout", "192.0.2.7:8000: no connection within 10 s"],
		] as const) {
			const at = dial();
			if (prepare === "refused") at.network.hangUp(8000);
			else at.network[prepare] = true;
			const body = new Blocks();
			const asked = new Outcome(at.client.request("POST", "/", { body }));
			await at.settle();
			advance(DEFAULT_CLIENT_LIMITS.connectTimeout + DEFAULT_CLIENT_LIMITS.sweepInterval);
			await at.settle();
			assert.equal(asked.error?.reason, reason);
			assert.equal(asked.error?.message, message);
			assert.equal(body.closed, 1);
			assert.equal(at.network.open, 0);
			assert.equal(pendingTimers(), 0);
		}
	});

	it("is replaced at the next request if the server closed it while it was idle", async () => {
		const at = dial();
		await exchange(at);
		at.server.finish();
		await at.settle();
		assert.isFalse(at.client.connected);
		assert.equal(at.network.open, 0);
		const asked = new Outcome(at.client.request("POST", "/", { body: "x" }));
		await at.settle();
		assert.equal(at.ends.length, 2);
		at.server.send(ok());
		await at.settle();
		assert.isTrue(asked.value!.ok);
	});

	for (const [what, method, sends] of [
		["a GET", "GET", 2],
		["a POST, of which the server may have received some, is not", "POST", 1],
	] as const) {
		it(`if closed while the request is under way: ${what}${sends === 2 ? " is sent again" : ""}`, async () => {
			const at = dial();
			await exchange(at);
			const asked = new Outcome(at.client.request(method, "/", { body: method === "POST" ? "x" : null }));
			await at.settle();
			at.server.finish();
			await at.settle();
			assert.equal(at.ends.length, sends);
			if (sends === 1) {
				assert.equal(asked.error?.reason, "closed");
				assert.equal(asked.error?.message, "192.0.2.7:8000: the connection ended before a response");
			} else {
				assert.include(at.server.text, "GET / HTTP/1.1");
				at.server.finish(); // and never a third time
				await at.settle();
				assert.equal(at.ends.length, 2);
				assert.equal(asked.error?.reason, "closed");
			}
		});
	}

	it("if reset before anything was sent: even a POST is sent again", async () => {
		const at = dial();
		await exchange(at);
		at.server.reset();
		const asked = new Outcome(at.client.request("POST", "/", { body: "x" }));
		await at.settle();
		at.ends[0].finish();
		await at.settle();
		assert.equal(at.ends.length, 2);
		at.server.send(ok("again"));
		await at.settle();
		assert.equal(asked.value!.text(), "again");
	});

	it("if reset after a stream has begun: the stream is not sent again", async () => {
		const at = dial();
		await exchange(at);
		at.server.reset();
		const body = new Blocks();
		const asked = new Outcome(at.client.request("POST", "/", { body }));
		await at.settle();
		at.server.finish();
		await at.settle();
		assert.equal(asked.error?.reason, "closed");
		assert.equal(at.ends.length, 1);
		assert.equal(body.closed, 1);
	});

	it("that is new and closed at once is a failure, even for a GET", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.finish();
		await at.settle();
		assert.equal(asked.error?.reason, "closed");
		assert.equal(at.ends.length, 1);
	});

	it("that ends within a response is a failure, even for a GET on a kept one", async () => {
		const at = dial();
		await exchange(at);
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send("HTTP/1.1 200 OK\r\n").finish();
		await at.settle();
		assert.equal(asked.error?.message, "192.0.2.7:8000: the connection ended within the response");
		assert.equal(at.ends.length, 1);
	});

	it("is closed when it is idle", async () => {
		const at = dial();
		await exchange(at);
		advance(DEFAULT_CLIENT_LIMITS.idleTimeout - DEFAULT_CLIENT_LIMITS.sweepInterval);
		assert.isTrue(at.client.connected);
		advance(2 * DEFAULT_CLIENT_LIMITS.sweepInterval);
		assert.isFalse(at.client.connected);
		assert.isTrue(at.server.closed);
		assert.equal(pendingTimers(), 0);
	});

	for (const [field, seconds] of [
		["timeout=15", 15],
		["timeout=5, max=100", 5],
		["max=100, Timeout=75", 75],
		["timeout=60;max=3", 60],
		["timeout=86400", 1 + DEFAULT_CLIENT_LIMITS.maxIdle / 1_000],
	] as const) {
		it(`is kept for a second less than the server's timeout: ${field}`, async () => {
			const at = dial();
			await exchange(at, ok("", `Keep-Alive: ${field}`));
			advance(1_000 * seconds - 1_000);
			assert.isTrue(at.client.connected);
			advance(DEFAULT_CLIENT_LIMITS.sweepInterval);
			assert.isFalse(at.client.connected);
		});
	}

	for (const field of [
		"timeout=",
		"timeout=x",
		"timeout=-5",
		"timeout=1e9",
		"x-timeout=60",
		"max=5",
		"timeout=99999999999999999999",
		"timeout = 60",
		",",
	]) {
		it(`is kept for the default time if the server says ${field}`, async () => {
			const at = dial();
			await exchange(at, ok("", `Keep-Alive: ${field}`));
			advance(DEFAULT_CLIENT_LIMITS.idleTimeout);
			assert.isTrue(at.client.connected);
			advance(DEFAULT_CLIENT_LIMITS.sweepInterval);
			assert.isFalse(at.client.connected);
		});
	}

	for (const seconds of [0, 1]) {
		it(`is closed at once if the server keeps it for ${seconds} s`, async () => {
			const at = dial();
			await exchange(at, ok("", `Keep-Alive: timeout=${seconds}`));
			assert.isFalse(at.client.connected);
			assert.equal(pendingTimers(), 0);
		});
	}

	it("is not used again if the server sends on it unasked", async () => {
		const at = dial();
		await exchange(at);
		at.server.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
		await at.settle();
		assert.isFalse(at.client.connected);
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send(ok());
		await at.settle();
		assert.equal(asked.value!.status, 200);
	});

	it("takes a 503 that a full server sends at once as the response", async () => {
		const at = dial();
		await Promise.all([at.client.connect(), at.settle()]);
		at.server
			.send(
				"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
			)
			.finish();
		await at.settle();
		const asked = new Outcome(at.client.request("POST", "/", { body: "x" }));
		await at.settle();
		assert.equal(asked.value?.status, 503);
		assert.equal(asked.value?.headers.get("retry-after"), "1");
		assert.isFalse(at.client.connected);
	});

	it("with more on it than the response is not used again", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send(ok("a") + ok("b"));
		await at.settle();
		assert.equal(asked.value!.text(), "a");
		assert.isFalse(at.client.connected);
	});

	it("on which a response comes before the whole request is sent does not send the rest", async () => {
		const at = dial();
		const body = new Blocks();
		const asked = new Outcome(at.client.request("POST", "/", { body }));
		await at.settle();
		body.push("some");
		await at.settle();
		at.server.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
		await at.settle();
		assert.equal(asked.value!.status, 413);
		assert.equal(body.closed, 1);
		assert.isFalse(at.client.connected);
		assert.equal(at.network.open, 0);
	});

	it("whose server answers and closes while the request is being sent still delivers the answer", async () => {
		const at = dial();
		const body = { pull: () => new ArrayBuffer(100_000), close() {} };
		const asked = new Outcome(at.client.request("POST", "/", { body, headers: { "Content-Length": 1_000_000 } }));
		at.network.run();
		await undefined;
		await undefined;
		while (!at.ends.length || !at.server.text) await at.settle();
		at.server.pause();
		at.server.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nsec").send("r").finish();
		await at.settle();
		assert.equal(asked.value?.status ?? asked.error, 401);
	});

	for (const [what, message, response] of [
		["malformed", "192.0.2.7:8000: the response is malformed", "HTTP/1.1 OK\r\n\r\n"],
		[
			"too large",
			"192.0.2.7:8000: the content of the response is larger than 16384 bytes",
			"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
		],
	] as const) {
		it(`is closed if a response is ${what}`, async () => {
			const at = dial();
			const asked = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			at.server.send(response);
			await at.settle();
			assert.equal(asked.error?.reason, what);
			assert.equal(asked.error?.message, message);
			assert.isTrue(at.server.closed);
			assert.equal(pendingTimers(), 0);
		});
	}

	it("leaves nothing behind after a thousand times", async () => {
		const at = dial();
		for (let i = 0; i < 1_000; i++) {
			const asked = new Outcome(at.client.request("POST", "/", { body: "x" }));
			await at.settle();
			if (i % 3 === 0) at.server.finish();
			else at.server.send(ok("x", ...(i % 3 === 1 ? ["Connection: close"] : [])));
			await at.settle();
			assert.isTrue(asked.settled);
		}
		at.client.close();
		await at.settle();
		assert.equal(at.network.open, 0);
		assert.equal(pendingTimers(), 0);
	});
});

describe("the HTTP client's timeout", () => {
	it("ends the wait for a server that does not answer, but not before", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		advance(DEFAULT_CLIENT_LIMITS.headTimeout - DEFAULT_CLIENT_LIMITS.sweepInterval);
		at.server.send("HTTP/1.1 200 OK\r\n");
		await at.settle();
		assert.isFalse(asked.settled);
		advance(3 * DEFAULT_CLIENT_LIMITS.sweepInterval);
		await at.settle();
		assert.equal(asked.error?.reason, "timeout");
		assert.equal(asked.error?.message, "192.0.2.7:8000: no response within 20 s");
		assert.equal(at.network.open, 0);
	});

	it("ends the wait for content that does not arrive whole, however often some arrives", async () => {
		const at = dial();
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		at.server.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
		for (let i = 0; i < 50 && !asked.settled; i++) {
			advance(1_000);
			if (!at.server.closed) at.server.send("x");
			await at.settle();
		}
		assert.equal(asked.error?.message, "192.0.2.7:8000: the content of the response did not arrive within 20 s");
	});

	it("ends for a server that reads nothing, and starts again with each part that it reads", async () => {
		const at = dial();
		const body = { pull: () => new ArrayBuffer(100_000), closed: 0, close: () => void body.closed++ };
		const asked = new Outcome(at.client.request("POST", "/", { body, headers: { "Content-Length": 1_000_000 } }));
		await Promise.resolve();
		at.network.run();
		await Promise.resolve();
		at.server.pause();
		await at.settle();
		for (let i = 0; i < 3; i++) {
			advance(DEFAULT_CLIENT_LIMITS.writeTimeout - 2 * DEFAULT_CLIENT_LIMITS.sweepInterval);
			at.server.acknowledge(100);
			await at.settle();
			assert.isFalse(asked.settled);
		}
		advance(DEFAULT_CLIENT_LIMITS.writeTimeout + 2 * DEFAULT_CLIENT_LIMITS.sweepInterval);
		await at.settle();
		assert.equal(asked.error?.message, "192.0.2.7:8000: the server accepted nothing of the request for 20 s");
		assert.equal(body.closed, 1);
		assert.equal(pendingTimers(), 0);
	});

	it("does not apply to a request body that takes its time", async () => {
		const at = dial();
		const body = new Blocks();
		const asked = new Outcome(at.client.request("POST", "/", { body }));
		await at.settle();
		advance(600_000);
		body.push("x");
		body.push(null);
		await at.settle();
		at.server.send(ok());
		await at.settle();
		assert.equal(asked.value?.status ?? asked.error, 200);
	});
});

describe("a request's body that fails", () => {
	for (const [what, body, message] of [
		[
			"throws",
			() => ({
				pull: () => {
					throw new Error("no picture");
				},
				close() {},
			}),
			"no picture",
		],
		[
			"is an iterator that throws",
			async function* () {
				yield "a";
				throw new Error("no more");
			},
			"no more",
		],
		[
			"cannot be iterated",
			() => ({
				[Symbol.asyncIterator]: () => {
					throw new Error("not again");
				},
			}),
			"not again",
		],
	] as const) {
		it(`is reported as the reason if it ${what}`, async () => {
			const at = dial();
			const asked = new Outcome(at.client.request("POST", "/", { body: body() as BodySource }));
			await at.settle();
			assert.equal(asked.error?.reason, "body");
			assert.equal(asked.error?.message, `192.0.2.7:8000: the body of the request: ${message}`);
			assert.equal(at.network.open, 0);
		});
	}

	it("because its memory was taken back ends the connection, not the machine", async () => {
		const at = dial();
		const frame = new ArrayBuffer(50_000);
		const body = { pull: () => frame, closed: 0, close: () => void body.closed++ };
		const asked = new Outcome(
			at.client.request("POST", "/", { body, headers: { "Content-Length": frame.byteLength } }),
		);
		await Promise.resolve();
		at.network.run();
		await Promise.resolve();
		at.server.pause();
		await at.settle();
		takeBack(frame);
		at.server.acknowledge();
		await at.settle();
		assert.equal(asked.error?.reason, "body");
		assert.equal(body.closed, 1);
	});
});

describe("a name", () => {
	it("is resolved for each connection", async () => {
		const asked: string[] = [];
		const at = dial({
			url: "http://server.example:8000/",
			resolve: async (host) => {
				asked.push(host);
				return `192.0.2.${asked.length}`;
			},
		});
		for (let i = 1; i <= 2; i++) {
			const response = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			assert.include(at.server.text, "Host: server.example:8000\r\n");
			at.server.send(ok("", "Connection: close"));
			await at.settle();
			assert.isTrue(response.value!.ok);
		}
		assert.deepEqual(at.network.dialled, ["192.0.2.1:8000", "192.0.2.2:8000"]);
		assert.deepEqual(asked, ["server.example", "server.example"]);
	});

	for (const [what, resolve, message] of [
		["there is no resolver", undefined, `"server" is not an IPv4 address, and there is no resolver for names`],
		[
			"it has no address",
			async () => {
				throw new Error("no such name");
			},
			`"server": no such name`,
		],
		[
			"the resolver throws",
			() => {
				throw new Error("broken");
			},
			`"server": broken`,
		],
	] as const) {
		it(`cannot be reached if ${what}`, async () => {
			const at = dial({ url: "http://server:8000", resolve });
			const asked = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			assert.equal(asked.error?.reason, "address");
			assert.equal(asked.error?.message, message);
			assert.equal(pendingTimers(), 0);
		});
	}

	it("has a time limit", async () => {
		const at = dial({ url: "http://server:8000", resolve: () => new Promise(() => {}) });
		const asked = new Outcome(at.client.request("GET", "/"));
		await at.settle();
		advance(DEFAULT_CLIENT_LIMITS.resolveTimeout);
		await at.settle();
		assert.equal(asked.error?.message, `"server": no address within 10 s`);
	});
});

describe("a client that is closed", () => {
	for (const when of ["resolves", "connects", "sends", "waits"] as const) {
		it(`while it ${when} reports so, holds nothing, and can be used again`, async () => {
			let resolved: (text: string) => void = () => {};
			const at = dial({
				url: "http://server:8000",
				resolve: () => new Promise((resolve) => (resolved = resolve)),
			});
			const body = new Blocks();
			const asked = new Outcome(at.client.request("POST", "/", { body }));
			if (when !== "resolves") {
				await at.settle();
				resolved("192.0.2.1");
				if (when === "connects") at.network.silent = true;
				await at.settle();
			}
			if (when === "waits") {
				body.push(null);
				await at.settle();
			}
			at.client.close();
			await at.settle();
			assert.equal(asked.error?.reason, "aborted");
			assert.equal(body.closed, 1);
			assert.equal(at.network.open, 0);
			assert.equal(pendingTimers(), 0);
			at.network.silent = false;
			const again = new Outcome(at.client.request("GET", "/"));
			await at.settle();
			resolved("192.0.2.1");
			await at.settle();
			at.server.send(ok("again"));
			await at.settle();
			assert.equal(again.value?.text(), "again");
		});
	}

	it("between two events no longer connects", async () => {
		const at = dial({ url: "http://server:8000", resolve: async () => "192.0.2.1" });
		for (let turns = 0; turns < 12; turns++) {
			const asked = new Outcome(at.client.request("GET", "/"));
			for (let i = 0; i < turns; i++) await undefined;
			at.client.close();
			await at.settle();
			assert.equal(asked.error?.reason, "aborted", `after ${turns} turns`);
			assert.equal(at.network.open, 0);
		}
	});
});

describe("an address", () => {
	it("that is invalid is rejected at once", () => {
		for (const [url, message] of [
			["https://server/", "TLS is not supported"],
			["server:80", "must begin with http://"],
			["http://", "it has no valid host"],
			["http:///upload", "it has no valid host"],
			["http://a b/", "it has no valid host"],
			["http://a:b/", "it has no valid host"],
			["http://a:70000/", "70000 is not a port"],
			["http://user:secret@server/", "must not contain a user or password"],
			["http://[::1]/", "IPv6"],
			["http://server/a b", "percent-encoded"],
			["http://server/#a", "percent-encoded"],
			["http://server/\u00e9", "percent-encoded"],
		] as const) {
			try {
				dial({ url });
				assert.fail(`${url} is taken`);
			} catch (error) {
				assert.instanceOf(error, ClientError, url);
				assert.include((error as Error).message, message, url);
			}
		}
	});

	it("that is numeric needs no resolver, and must be an IPv4 address", async () => {
		for (const [host, numeric] of [
			["1.2.3.4", true],
			["0.0.0.0", true],
			["255.255.255.255", true],
			["256.0.0.1", false],
			["1.2.3", false],
			["1.2.3.4.5", false],
			["01.2.3.4", false],
			["1.2.3.x", false],
			["1..2.3", false],
			["1.2.3.", false],
		] as const) {
			const asked: string[] = [];
			const at = dial({ url: `http://${host}:8000`, resolve: async (name) => (asked.push(name), "192.0.2.1") });
			new Outcome(at.client.connect());
			await at.settle();
			assert.deepEqual(asked, numeric ? [] : [host]);
		}
	});
});

/** One request and its response, after which the connection is kept. */
async function exchange(at: ReturnType<typeof dial>, response = ok()): Promise<void> {
	const asked = new Outcome(at.client.request("GET", "/first"));
	await at.settle();
	at.server.send(response);
	await at.settle();
	assert.isTrue(asked.value!.ok);
	at.server.take();
}

async function* stream(...blocks: string[]): AsyncGenerator<string> {
	yield* blocks;
}
