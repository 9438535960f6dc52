import { assert } from "chai";
import { DEFAULT_LIMITS, type Limits } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { EventStream } from "yieldcam/http/event-stream";
import { Response } from "yieldcam/http/response";
import { Deferred, head, type Served, serve } from "../../support/serve.ts";
import type { Client } from "../../support/memory-io.ts";
import { advance } from "../../support/time.ts";

const { idleTimeout, headTimeout, lingerTimeout, sweepInterval } = DEFAULT_LIMITS;
const get = head("GET / HTTP/1.1");

/** A server whose sockets can shut down their write side, and be reset. */
function open(
	body: (request: Request) => Response | Promise<Response> = () => new Response("hello\n"),
	limits: Partial<Limits> = {},
): Served {
	const served = serve(body, { limits });
	served.network.halfClosing = true;
	return served;
}

describe("a server whose sockets can be half-closed", () => {
	it("shuts down its write side after the last response, and closes when its client does", () => {
		const { connect, network } = open();
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close"));
		assert.match(client.text, /hello\n$/);
		assert.isTrue(client.ended);
		assert.isFalse(client.closed);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(network.open, 0);
	});

	it("resets a client that does not close in time, and discards what it sends until then", () => {
		const { connect } = open();
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close"));
		client.send("x".repeat(9_000));
		assert.equal(client.unread, 0);
		advance(lingerTimeout - 1);
		assert.isFalse(client.closed);
		advance(sweepInterval + 1);
		assert.isTrue(client.wasReset);
	});

	it("shuts down its write side for a client that asks for nothing more, and serves none of its later requests", () => {
		const { connect } = open();
		const client = connect().send(get);
		client.take();
		advance(idleTimeout + sweepInterval);
		assert.isTrue(client.ended);
		assert.isFalse(client.closed);
		client.send(get);
		assert.equal(client.take(), "");
		advance(lingerTimeout + sweepInterval);
		assert.isTrue(client.wasReset);
	});

	it("resets a client that never sent anything, and closes one that sent only empty lines", () => {
		for (const [text, wasReset] of [
			["", true],
			["\r\n", false],
		] as const) {
			const { connect } = open();
			const client = connect();
			client.send(text);
			advance(headTimeout + sweepInterval);
			assert.isTrue(client.closed);
			assert.equal(client.wasReset, wasReset);
			assert.isFalse(client.ended);
		}
	});

	it("aborts a body that fails, without an end that would make it look complete", () => {
		const { connect } = open(
			() =>
				new Response(
					{
						pull() {
							throw new Error("no camera");
						},
						close() {},
					},
					{ framing: "close" },
				),
		);
		const client = connect().send(get);
		assert.isTrue(client.closed);
		assert.isFalse(client.ended);
	});
});

describe("a client that closes its sending half", () => {
	const { silenceTimeout } = DEFAULT_LIMITS;

	it("gets its answer, and the connection closes at once", async () => {
		const answer = new Deferred<Response>();
		const { connect, network } = open(() => answer.promise);
		const client = connect().send(get);
		client.finish();
		assert.isFalse(client.closed);
		answer.resolve(new Response("hello\n"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n\r\nhello\n$/);
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(network.open, 0);
	});

	it("gets it even if the request arrives together with the end", async () => {
		const { connect, network } = open();
		const client = connect();
		client.post(get);
		client.finish();
		await network.settle();
		assert.match(client.text, /hello\n$/);
		assert.isTrue(client.closed);
	});

	it("gets the answers to all that it has sent", async () => {
		const { connect, network } = open(async (request) => new Response(`${request.path} ${await request.text()}\n`));
		const client = connect();
		client.post(get + head("POST /second HTTP/1.1", "Content-Length: 5") + "hello" + head("GET /third HTTP/1.1"));
		client.finish();
		await network.settle();
		const bodies = client.text.split("\r\n\r\n").map((part) => part.split("\n")[0]);
		assert.deepEqual(bodies.slice(1), ["/ ", "/second hello", "/third "]);
		assert.isTrue(client.closed);
	});

	it("gets a response that it takes slowly", async () => {
		const { connect, network } = open(() => new Response("x".repeat(20_000)));
		const client = connect().pause().send(get);
		client.finish();
		for (let i = 0; i < 10; i++) {
			advance(sweepInterval);
			assert.isFalse(client.closed);
			client.acknowledge(1_000);
		}
		client.resume();
		await network.settle();
		assert.match(client.text, /\r\n\r\nx{20000}$/);
		assert.isTrue(client.closed);
	});

	it("gets 400 with the reason if it asks for half of something", async () => {
		for (const [text, reason] of [
			["GET / HT", "the request is incomplete"],
			["GET / HTTP/1.1\r\nHost: cam\r\n", "the request is incomplete"],
			[head("POST / HTTP/1.1", "Content-Length: 5"), "the content is incomplete"],
			[head("POST / HTTP/1.1", "Content-Length: 5") + "hell", "the content is incomplete"],
			[head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "4\r\nhell\r\n", "the content is incomplete"],
		]) {
			const { connect, network } = open(async (request) => new Response(await request.text()));
			const client = connect().send(text);
			client.finish();
			await network.settle();
			assert.match(client.text, /^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/, text);
			assert.isTrue(client.text.endsWith(`\r\n\r\n${reason}\n`), client.text);
			assert.isTrue(client.closed, text);
			assert.equal(network.open, 0);
		}
	});

	it("is disconnected if it asks for nothing", () => {
		for (const text of ["", "\r\n"]) {
			const { connect, network } = open(async (request) => new Response(await request.text()));
			const client = connect().send(text);
			client.finish();
			network.run();
			assert.isTrue(client.closed, text);
			assert.equal(client.text, "");
			assert.equal(network.open, 0);
		}
	});

	it("is disconnected after its last answer was sent", () => {
		const { connect, network } = open();
		const [waiting, lingering] = [connect().send(get), connect().send(head("GET / HTTP/1.1", "Connection: close"))];
		for (const client of [waiting, lingering]) {
			assert.isFalse(client.closed);
			client.finish();
			assert.isTrue(client.closed);
		}
		assert.equal(network.open, 0);
	});

	it("is disconnected if a handler asks for content that has not come before", async () => {
		const begun = new Deferred<void>();
		const { connect, network } = open(async (request) => {
			await begun.promise;
			return new Response(await request.text());
		});
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5") + "hell");
		client.finish();
		assert.isFalse(client.closed);
		begun.resolve();
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 400 /);
		assert.isTrue(client.closed);
	});

	it("is taken for disconnected if a handler takes long, since a client that has left looks the same", async () => {
		let left = 0;
		const { connect, network } = open(async (request) => {
			request.onClose(() => left++);
			await new Promise<void>(() => {});
			return new Response("never");
		});
		const client = connect().send(get);
		client.finish();
		advance(lingerTimeout);
		assert.isFalse(client.closed);
		assert.equal(left, 0);
		advance(2 * sweepInterval);
		await network.settle();
		assert.isTrue(client.closed);
		assert.equal(left, 1);
	});

	it("gets a stream as long as there are blocks", async () => {
		let wake = () => {};
		let block: Uint8Array | undefined;
		const { connect, network } = open(
			() =>
				new Response({
					pull(next) {
						wake = next;
						const pulled = block;
						block = undefined;
						return pulled;
					},
					close() {},
				}),
		);
		const client = connect().send(get);
		client.finish();
		for (let i = 0; i < 20; i++) {
			advance(sweepInterval);
			block = new Uint8Array([0x78]);
			wake();
			network.run();
			assert.isFalse(client.closed);
		}
		assert.isAtLeast(client.text.split("x").length, 20);
		advance(lingerTimeout + 2 * sweepInterval);
		assert.isTrue(client.closed);
	});

	it("is asked whether it is there by a stream that has nothing to send", async () => {
		const { connect, network } = open(() => new EventStream(() => {}).response);
		const client = connect().send(get);
		client.take();
		client.finish();
		assert.match(client.take(), /:/, "a heartbeat, which a client that has left answers with a reset");
		for (let i = 0; i < 10; i++) {
			advance(sweepInterval);
			network.run();
		}
		assert.isFalse(client.closed);
		assert.isBelow(10 * sweepInterval, silenceTimeout);
		assert.match(client.take(), /:/);
	});

	it("gives its place to others once it turns out to have left", async () => {
		const { connect, network } = open(() => new EventStream(() => {}).response, {
			connections: 4,
			reservedConnections: 3,
		});
		const client = connect().send(get);
		client.reset();
		client.finish();
		await network.settle();
		assert.isTrue(client.closed);
		assert.match(connect().send(get).text, /^HTTP\/1\.1 200 /);
	});
});

describe("a postponed request", () => {
	const post = (length: number) => head("POST / HTTP/1.1", `Content-Length: ${length}`);
	const chunked = head("POST / HTTP/1.1", "Transfer-Encoding: chunked");

	/** A server whose three places for content that is waited for are taken. */
	function crowded(): Served & { from(address: string): Client } {
		const served = open(async (request) => new Response(await request.text()), { slots: 10_000 });
		for (const address of ["192.0.2.3", "192.0.2.4", "192.0.2.5"])
			served.network.connect(80, address).send(post(9_000));
		return { ...served, from: (address) => served.network.connect(80, address) };
	}

	it("is answered although its client has closed its sending half, in whatever way its content is framed", async () => {
		for (const [text, status] of [
			[post(5) + "hello", 200],
			[`${chunked}5\r\nhello\r\n0\r\n\r\n`, 200],
			[`${chunked}5\r\nhel`, 400],
		] as const) {
			const { from, network } = crowded();
			await network.settle();
			const client = from("192.0.2.9").send(text);
			client.finish();
			await network.settle();
			advance(1);
			await network.settle();
			assert.match(client.text, new RegExp(`^HTTP/1\\.1 ${status} `), text);
		}
	});

	it("is answered if it is called in the sweep in which its time is over", async () => {
		const { from, network } = crowded();
		await network.settle();
		const client = from("192.0.2.9").send(post(5_000));
		for (let time = 0; time < DEFAULT_LIMITS.queueTimeout + 3 * sweepInterval; time += sweepInterval) {
			await network.settle();
			advance(sweepInterval);
		}
		await network.settle();
		client.send("x".repeat(5_000));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 (200|503|408) /);
	});
});
