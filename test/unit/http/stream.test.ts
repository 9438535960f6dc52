import { assert } from "chai";
import type { Block, BodySource } from "yieldcam/http/body";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { advance, pendingTimers } from "../support/time.ts";
import { contentOf, Deferred, head, serve } from "../support/serve.ts";

const GET = head("GET / HTTP/1.1");

function bytes(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

/** An endless stream of blocks that counts its calls. */
class Endless implements AsyncIterableIterator<Block> {
	readonly #size: number;
	asked = 0;
	returned = 0;

	constructor(size: number) {
		this.#size = size;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async next(): Promise<IteratorResult<Block>> {
		this.asked++;
		return { done: false, value: new Uint8Array(this.#size) };
	}

	async return(): Promise<IteratorResult<Block>> {
		this.returned++;
		return { done: true, value: undefined };
	}
}

describe("a streamed body", () => {
	it("may be a generator", async () => {
		async function* lines() {
			yield "text, ";
			yield bytes("bytes, ");
			yield [bytes("several "), ArrayBuffer.fromString("buffers")];
		}
		const { ask } = serve(() => new Response(lines()));
		assert.equal(
			await ask(GET + GET),
			"HTTP/1.1 200 OK\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ntext, \r\n7\r\nbytes, \r\nf\r\nseveral buffers\r\n0\r\n\r\n".repeat(
				2,
			),
		);
	});

	it("may be an iterator that returns the same promise again and again", async () => {
		const result = { done: false, value: bytes("x") as Uint8Array | undefined };
		const same = Promise.resolve(result as IteratorResult<Block>);
		let count = 0;
		const iterator = {
			[Symbol.asyncIterator]: () => iterator,
			next: () => ((result.done = ++count > 3), same),
		};
		const { ask } = serve(() => new Response(iterator, { framing: "close" }));
		assert.equal(contentOf(await ask(GET)), "xxx");
	});

	it("ends with the connection if that is its framing", async () => {
		const { connect, network } = serve(
			() =>
				new Response(
					(async function* () {
						yield "frame";
					})(),
					{ framing: "close" },
				),
		);
		const client = connect().send(GET);
		await network.settle();
		assert.equal(
			client.text,
			"HTTP/1.1 200 OK\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\nframe",
		);
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
	});

	it("ends with the connection for HTTP/1.0, unless its length is known", async () => {
		const sizes = { headers: { "Content-Length": 5 } };
		const stream = ({ path }: Request) =>
			new Response(
				(async function* () {
					yield "frame";
				})(),
				path === "/sized" ? sizes : {},
			);
		const { connect, network } = serve(stream);
		const plain = connect().send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
		const sized = connect().send("GET /sized HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
		await network.settle();
		assert.equal(
			plain.text,
			"HTTP/1.1 200 OK\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\nframe",
		);
		assert.isTrue(plain.closed);
		assert.equal(
			sized.text,
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nframe",
		);
		assert.isFalse(sized.closed);
	});

	it("is closed without a pull for HEAD", async () => {
		const endless = new Endless(10);
		const { connect, network } = serve(() => new Response(endless, { framing: "close" }));
		const client = connect().send(head("HEAD / HTTP/1.1"));
		await network.settle();
		assert.equal(
			client.text,
			"HTTP/1.1 200 OK\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n",
		);
		assert.equal(endless.asked, 0);
		assert.equal(endless.returned, 1);
		assert.isTrue(client.closed);
	});

	it("is asked for a block only if the socket has room", async () => {
		const endless = new Endless(2_000);
		const { connect, network } = serve(() => new Response(endless, { framing: "close" }), { window: 5_000 });
		const client = connect().pause().send(GET);
		await network.settle();
		assert.equal(endless.asked, 3, "the third does not fit whole");
		for (let i = 0; i < 3; i++) {
			await network.settle();
			assert.equal(endless.asked, 3);
		}
		client.acknowledge(500);
		await network.settle();
		assert.equal(endless.asked, 3);
		client.acknowledge(2_000);
		await network.settle();
		assert.equal(endless.asked, 4);
		assert.isAtMost(Math.max(...client.writes), 5_000);
	});

	it("yields by itself: an endless loop delays no other client", async () => {
		const endless = new Endless(1_000);
		const { connect, ask, network } = serve(({ path }) =>
			path === "/" ? new Response(endless) : new Response("status"),
		);
		const viewer = connect().pause().send(GET);
		await network.settle();
		const asked = endless.asked;
		for (let i = 0; i < 20; i++) {
			viewer.acknowledge();
			assert.match(await ask(head("GET /status HTTP/1.1")), /status$/);
		}
		assert.isAbove(endless.asked, asked + 20);
	});

	it("still has its turns if the window is unlimited", () => {
		const source: BodySource = { pull: () => new Uint8Array(10_000), close() {} };
		const { connect } = serve(() => new Response(source), { window: 10_000_000 });
		const client = connect().pause().send(GET);
		assert.isAbove(client.received.length, 60_000);
		assert.isBelow(client.received.length, 70_000, "one turn");
	});

	it("serves all viewers if one event wakes them", async () => {
		const wakes: (() => void)[] = [];
		let frame: Uint8Array | undefined;
		const source = (): BodySource => {
			let sent: Uint8Array | undefined;
			return {
				pull(wake) {
					if (frame === sent) {
						wakes.push(wake);
						return undefined;
					}
					return (sent = frame)!;
				},
				close() {},
			};
		};
		const { connect, network } = serve(() => new Response(source(), { framing: "close" }));
		const clients = [connect(), connect(), connect()].map((client) => client.send(GET));
		clients.forEach((client) => client.take());
		for (const text of ["one", "two", "three"]) {
			frame = bytes(text);
			for (const wake of wakes.splice(0)) wake();
			network.run();
		}
		for (const client of clients) assert.equal(client.text, "onetwothree");
	});
});

describe("a client that disconnects", () => {
	it("closes its source and its socket at once, and its request reports it", async () => {
		let closed = 0;
		let request: Request | undefined;
		const hooks: boolean[] = [];
		const { connect, network, server } = serve((each) => {
			request = each;
			each.onClose(() => hooks.push(each.closed));
			return new Response({ pull: () => undefined, close: () => closed++ });
		});
		const client = connect().send(GET);
		assert.equal(closed, 0);
		client.finish();
		assert.equal(closed, 1);
		assert.isTrue(request!.closed);
		assert.deepEqual(hooks, [true]);
		assert.equal(server.connectionCount, 0);
		assert.equal(network.open, 0);
		assert.equal(pendingTimers(), 0);
		server.close();
		assert.equal(closed, 1);
	});

	it("runs a generator's finally block", async () => {
		const calls: string[] = [];
		const wait = new Deferred<void>();
		async function* frames() {
			try {
				for (;;) {
					yield bytes("frame");
					await wait.promise;
				}
			} finally {
				calls.push("released");
			}
		}
		const { connect, network } = serve(() => new Response(frames()));
		const client = connect().send(GET);
		await network.settle();
		client.finish();
		await network.settle();
		assert.isTrue(client.closed, "the server does not wait for that");
		assert.deepEqual(calls, [], "a waiting generator cannot be notified");
		wait.resolve();
		await network.settle();
		assert.deepEqual(calls, ["released"]);
	});

	it("notifies an iterator once, while it waits", async () => {
		let returned = 0;
		const never = new Deferred<IteratorResult<Block>>();
		const iterator = {
			[Symbol.asyncIterator]: () => iterator,
			next: () => never.promise,
			return: async () => (returned++, { done: true as const, value: undefined }),
		};
		const { connect, network, log } = serve(() => new Response(iterator));
		const client = connect().send(GET);
		await network.settle();
		client.finish();
		assert.equal(returned, 1);
		never.resolve({ done: false, value: bytes("late") });
		await network.settle();
		assert.notInclude(client.text, "late");
		assert.equal(returned, 1);
		assert.deepEqual(log, []);
	});

	it("is noticed even if it has sent more requests before", async () => {
		let closed = 0;
		const { connect } = serve(() => new Response({ pull: () => undefined, close: () => closed++ }));
		const client = connect().send(GET + GET);
		client.finish();
		assert.equal(closed, 1);
	});

	it("is noticed at once, whatever it has sent behind its request", async () => {
		let closed = 0;
		const { connect, network } = serve(() => new Response({ pull: () => undefined, close: () => closed++ }));
		const client = connect().send(GET);
		client.send("x".repeat(4_000));
		assert.equal(client.unread, 0, "nothing will answer that");
		client.finish();
		assert.equal(closed, 1);
		assert.equal(network.open, 0);
	});

	it("while its handler works never gets the response, which is closed", async () => {
		const late = new Deferred<Response>();
		let closed = 0;
		const requests: Request[] = [];
		const { connect, network, log } = serve((request) => (requests.push(request), late.promise));
		const client = connect().send(GET);
		client.finish();
		assert.isTrue(requests[0].closed);
		assert.equal(network.open, 0);
		late.resolve(new Response({ pull: () => assert.fail("asked"), close: () => closed++ }));
		await network.settle();
		assert.equal(closed, 1);
		assert.equal(client.text, "");
		assert.deepEqual(log, []);
	});

	it("while a handler awaits its content makes that wait fail", async () => {
		let error: unknown;
		const { connect, network, log } = serve(async (request) => {
			try {
				return new Response(await request.bytes());
			} catch (caught) {
				error = caught;
				throw caught;
			}
		});
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5") + "he");
		client.finish();
		await network.settle();
		assert.match(String(error), /Bad Request/);
		assert.deepEqual(log, []);
	});

	it("after its response does not count as disconnected before it", async () => {
		let request: Request | undefined;
		const { connect, network } = serve((each) => ((request = each), new Response("hello")));
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5"));
		await network.settle();
		assert.match(client.text, /hello$/);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(request!.closed);
	});

	it("while its content is read, but not awaited, harms no one", async () => {
		const { connect, network, log } = serve((request) => {
			void request.bytes();
			return new Response({ pull: () => undefined, close() {} });
		});
		const client = connect().send(head("POST / HTTP/1.1", "Content-Length: 5"));
		client.finish();
		await network.settle();
		assert.isTrue(client.closed);
		assert.deepEqual(log, []);
	});

	it("right after its request gets no answer, and harms no one", async () => {
		const { connect, network, server, log } = serve(() => new Response("hello"));
		const client = connect();
		network.run();
		client.send(""); // so that the request and the FIN come as one event
		const both = connect();
		both.send(GET);
		both.finish();
		client.finish();
		await network.settle();
		assert.equal(server.connectionCount, 0);
		assert.deepEqual(log, []);
	});

	it("is treated like all clients whose connections the server ends when it closes", async () => {
		let closed = 0;
		const endless = new Endless(100);
		const { connect, network, server } = serve(
			({ path }) =>
				new Response(path === "/iterator" ? endless : { pull: () => undefined, close: () => closed++ }),
		);
		const clients = [
			connect().send(GET),
			connect().send(GET),
			connect().pause().send(head("GET /iterator HTTP/1.1")),
		];
		await network.settle();
		server.close();
		assert.equal(closed, 2);
		assert.equal(endless.returned, 1);
		assert.isTrue(clients.every((client) => client.closed));
		await network.settle();
		assert.equal(network.open, 0);
	});

	it("may be removed by the very source that is pulled, which is closed once", () => {
		for (const last of [bytes("x"), undefined, null]) {
			let closed = 0;
			const { connect, network, server } = serve(
				() =>
					new Response({
						pull() {
							server.close();
							return last;
						},
						close: () => closed++,
					}),
			);
			const client = connect().send(GET);
			assert.isTrue(client.closed);
			assert.equal(closed, 1);
			assert.equal(network.open, 0);
		}
	});

	it("leaves nothing behind after a thousand times", async () => {
		let open = 0;
		const { connect, network, server } = serve(async () => {
			open++;
			let block: Uint8Array | undefined = new Uint8Array(9_000);
			return new Response({
				pull() {
					const next = block;
					block = undefined;
					return next;
				},
				close: () => open--,
			});
		});
		for (let i = 0; i < 1_000; i++) {
			const client = connect();
			if (i % 3) client.pause();
			client.send(GET);
			if (i % 5) await network.settle();
			client.finish();
		}
		await network.settle();
		assert.equal(open, 0);
		assert.equal(server.connectionCount, 0);
		assert.equal(network.open, 0);
		assert.equal(pendingTimers(), 0);
	});
});

describe("a request", () => {
	it("ends when its handler aborts it, in whatever state, and its source is closed once", async () => {
		for (const end of ["a source that is asked", "an event"])
			for (const block of [bytes("x"), [bytes("x"), bytes("y")], undefined, null]) {
				let closed = 0,
					pulls = 0,
					ended: Request | undefined;
				const { connect, network, log } = serve((request) => {
					ended = request;
					return new Response(
						{
							pull() {
								if (end === "a source that is asked") request.abort();
								return pulls++ === 0 ? block : undefined;
							},
							close: () => closed++,
						},
						{ framing: "close" },
					);
				});
				// More than is read ahead: it must not be read from a socket that is closed.
				const client = connect().send(GET + "x".repeat(6_000));
				if (end === "an event") ended!.abort();
				await network.settle();
				assert.isTrue(client.closed);
				assert.equal(closed, 1);
				assert.equal(network.open, 0);
				assert.deepEqual(log, []);
				ended!.abort(); // a second call does nothing
			}
	});

	it("tells its watcher when it is over, however it ends, and a late one at once", async () => {
		const finished: string[] = [];
		const requests: Request[] = [];
		const watcher = { finished: ({ path }: Request) => finished.push(path) };
		const { connect, network } = serve((request) => {
			requests.push(request);
			request.onFinished(watcher);
			return request.path === "/short" ? new Response("x") : new Response({ pull: () => undefined, close() {} });
		});
		const client = connect().send(head("GET /short HTTP/1.1"));
		await network.settle();
		assert.deepEqual(finished, ["/short"]);
		client.send(head("GET /left HTTP/1.1"));
		connect().send(head("GET /ended HTTP/1.1"));
		await network.settle();
		client.finish();
		await network.settle();
		assert.deepEqual(finished, ["/short", "/left"]);
		requests[2].abort();
		assert.deepEqual(finished, ["/short", "/left", "/ended"]);
		requests[0].onFinished(watcher);
		assert.deepEqual(finished, ["/short", "/left", "/ended", "/short"]);
	});

	it("tells its watcher that it is over if its handler has begun, and finds no place", async () => {
		const finished: string[] = [];
		const watcher = { finished: ({ path }: Request) => finished.push(path) };
		const { connect, network } = serve(
			(request) => {
				request.onFinished(watcher);
				return new Promise<Response>(() => {});
			},
			{ limits: { slots: 0, queueTimeout: 0 } },
		);
		const client = connect().send(head("GET /refused HTTP/1.1"));
		await network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 /);
		assert.deepEqual(finished, ["/refused"]);
	});
});

describe("a body that fails", () => {
	async function* faulty() {
		yield "so far";
		throw new Error("the sensor died");
	}

	it("is logged, and the client notices because the chunked coding does not end", async () => {
		const { connect, network, log } = serve(() => new Response(faulty()));
		const client = connect().send(GET);
		await network.settle();
		assert.match(client.text, /6\r\nso far\r\n$/);
		assert.isTrue(client.closed);
		assert.lengthOf(log, 1);
		assert.match(log[0], /^GET \/: .*the sensor died/s);
	});

	it("is logged, and the client notices because the connection ends", async () => {
		const { connect, network, log } = serve(() => new Response(faulty(), { framing: "close" }));
		const client = connect().send(GET);
		await network.settle();
		assert.isTrue(client.closed);
		assert.lengthOf(log, 1);
	});

	it("is one that is not as long as announced", async () => {
		for (const length of [3, 8]) {
			const { connect, network, log } = serve(
				() =>
					new Response(
						(async function* () {
							yield "12345";
						})(),
						{ headers: { "Content-Length": length } },
					),
			);
			const client = connect().send(GET);
			await network.settle();
			assert.isTrue(client.closed);
			assert.lengthOf(log, 1);
			assert.isAtMost(contentOf(client.text).length, length);
		}
	});

	it("is one whose block is neither text nor bytes", async () => {
		for (const block of [5, {}, new Date()]) {
			const { connect, network, log } = serve(
				() =>
					new Response(
						(async function* () {
							yield block as unknown as string;
						})(),
					),
			);
			const client = connect().send(GET);
			await network.settle();
			assert.isTrue(client.closed);
			assert.lengthOf(log, 1);
			assert.include(log[0], "TypeError");
		}
	});

	it("is one whose iterator throws at once, or returns no promise", async () => {
		const iterators: unknown[] = [
			{
				next() {
					throw new Error("at once");
				},
			},
			{ next: () => 5 },
		];
		for (const iterator of iterators) {
			const { connect, network, log } = serve(
				() => new Response({ [Symbol.asyncIterator]: () => iterator as AsyncIterator<Block> }),
			);
			const client = connect().send(GET);
			await network.settle();
			assert.isTrue(client.closed);
			assert.lengthOf(log, 1);
		}
	});

	it("is also logged if it cannot clean up", async () => {
		async function* stubborn() {
			try {
				yield "x";
			} finally {
				// oxlint-disable-next-line no-unsafe-finally -- what this is about
				throw new Error("stuck");
			}
		}
		const { connect, network, log } = serve(() => new Response(stubborn(), { framing: "close" }));
		const client = connect().pause().send(GET);
		await network.settle();
		client.finish();
		await network.settle();
		assert.isTrue(client.closed);
		assert.lengthOf(log, 1);
		assert.match(log[0], /stuck/);
	});

	it("harms no other client", async () => {
		const { ask, connect, network } = serve(({ path }) =>
			path === "/faulty" ? new Response(faulty()) : new Response("fine"),
		);
		const other = connect();
		network.run();
		await ask(head("GET /faulty HTTP/1.1"));
		assert.match(other.send(GET).text, /fine$/);
		advance(1_000);
		assert.match(await ask(GET), /fine$/);
	});
});
