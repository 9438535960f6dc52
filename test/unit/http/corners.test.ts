import { assert } from "chai";
import type { ListenerIO, ListenerOptions } from "yieldcam/http/io";
import type { Request } from "yieldcam/http/request";
import type { Limits } from "yieldcam/http/limits";
import type { BodySource } from "yieldcam/http/body";
import { Response } from "yieldcam/http/response";
import { Server } from "yieldcam/http/server";
import { Network } from "../support/memory-io.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";
import { Deferred, head, serve } from "../support/serve.ts";

const hello = () => new Response("hello\n");
const get = head("GET / HTTP/1.1");
const post = (length: number, path = "/") => head(`POST ${path} HTTP/1.1`, `Content-Length: ${length}`);

/** A deadline passes at its time at the earliest, and at most one sweep later. */
const SWEEP = 1_000;

describe("a server's listeners", () => {
	/** The options of each listener, and how many were closed. */
	function listening(): { io: ListenerIO; made: ListenerOptions[]; closed: () => number } {
		const made: ListenerOptions[] = [];
		let closed = 0;
		const network = new Network();
		const io = class extends network.Listener {
			constructor(options: ListenerOptions) {
				super(options);
				made.push(options);
			}

			override close(): void {
				closed++;
				super.close();
			}
		} as ListenerIO;
		return { io, made, closed: () => closed };
	}

	it("get an address if one is given, and no address otherwise", () => {
		const { io, made } = listening();
		const server = new Server({ io, port: 80, handler: hello, log() {} });
		server.listen({ port: 81, address: "192.0.2.1" });
		assert.isFalse("address" in made[0]);
		assert.equal(made[1].address, "192.0.2.1");
	});

	it("are closed once, however often the server is closed", () => {
		const { io, closed } = listening();
		const server = new Server({ io, port: 80, handler: hello, log() {} });
		server.listen({ port: 81 });
		server.close();
		server.close();
		assert.equal(closed(), 2);
	});
});

describe("a client that is gone", () => {
	it("that disconnects before it is accepted leaves no socket behind", () => {
		const { connect, network, log } = serve(hello);
		const client = connect();
		client.reset();
		network.run();
		assert.equal(network.open, 0);
		assert.deepEqual(log, []);
		assert.match(connect().send(get).text, /hello/);
	});
});

describe("connections that are refused", () => {
	it("are watched until the last client has disconnected", () => {
		const { connect, network } = serve(() => new Promise<Response>(() => {}), {
			limits: { connections: 1, refusals: 2 },
		});
		const busy = connect().send(get);
		const [one, other] = [connect(), connect()];
		network.run();
		one.finish();
		advance(2_000 + SWEEP);
		assert.isTrue(other.closed, "closed by the timeout");
		busy.finish();
		assert.equal(pendingTimers(), 0);
	});
});

describe("the client that makes room", () => {
	const limits = { connections: 3 };

	it("is the one that was served longest ago, however many sweeps have passed since", () => {
		const { connect } = serve(hello, { limits });
		const [first, second, third] = [connect(), connect(), connect()];
		for (const client of [second, third, first]) client.send(get);
		advance(3 * SWEEP);
		connect().send(get);
		assert.deepEqual([first.closed, second.closed, third.closed], [false, true, false]);
	});

	it("is not one that was served long ago and asks again, because its wait begins with the new request", async () => {
		const { connect, network } = serve(
			async (request: Request) => (request.method === "POST" ? new Response(await request.bytes()) : hello()),
			{ limits },
		);
		const clients = [connect(), connect(), connect()];
		for (const client of clients) {
			client.send(get);
			await network.settle();
		}
		clients[0].send(post(5));
		await network.settle();
		advance(3 * SWEEP);
		connect().send(get);
		await network.settle();
		assert.deepEqual(
			clients.map(({ closed }) => closed),
			[false, true, false],
		);
	});

	it("is the oldest that has sent nothing, if two addresses have equally many and none has waited", () => {
		const { network } = serve(hello, { limits: { connections: 4 } });
		const clients = ["192.0.2.2", "192.0.2.2", "192.0.2.3", "192.0.2.3"].map((address) =>
			network.connect(80, address),
		);
		clients[0].send("GET /");
		network.run();
		assert.match(network.connect(80, "192.0.2.4").send(get).text, /^HTTP\/1\.1 200 /);
		assert.deepEqual(
			clients.map(({ text }) => text.slice(0, 12)),
			["", "HTTP/1.1 503", "", ""],
		);
	});

	it("is the oldest that has begun a request, if all have, because half a request may never be completed", () => {
		const { network } = serve(hello, { limits: { connections: 4 } });
		const clients = ["192.0.2.2", "192.0.2.2", "192.0.2.3", "192.0.2.3"].map((address) =>
			network.connect(80, address).send("GET /"),
		);
		network.run();
		assert.match(network.connect(80, "192.0.2.4").send(get).text, /^HTTP\/1\.1 200 /);
		assert.deepEqual(
			clients.map(({ text }) => text.slice(0, 12)),
			["HTTP/1.1 503", "", "", ""],
		);
	});

	it("is each client as soon as it is served, while newcomers find no free connection", () => {
		const { connect, network } = serve(hello, { limits });
		const clients = [connect(), connect(), connect()];
		network.run();
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503 /);
		assert.match(clients[0].send(get).text, /Connection: close\r\n/);
		advance(SWEEP);
		assert.notInclude(clients[1].send(get).text, "Connection: close");
	});

	it("is one whose response lasts for two sweeps, even if it reads fast enough", () => {
		const { network } = serve(
			(request: Request) => (request.path === "/long" ? new Response(new Uint8Array(30_000)) : hello()),
			{ limits: { ...limits, responseMemory: 100_000 } },
		);
		const clients = ["192.0.2.2", "192.0.2.3", "192.0.2.4"].map((address) =>
			network.connect(80, address).pause().send(head("GET /long HTTP/1.1")),
		);
		const take = (): void => {
			advance(SWEEP);
			clients.forEach((client) => client.acknowledge(600));
		};
		take();
		assert.match(network.connect(80, "192.0.2.5").send(get).text, /^HTTP\/1\.1 503 /);
		for (let i = 0; i < 3; i++) take();
		assert.match(network.connect(80, "192.0.2.5").send(get).text, /^HTTP\/1\.1 200 /);
		assert.lengthOf(
			clients.filter(({ closed }) => closed),
			1,
		);
	});

	it("for a head is the one that has read its response slowly for longest, not one that holds no memory", () => {
		const { connect } = serve(
			(request: Request) => (request.path === "/page" ? new Response(new Uint8Array(20_000)) : hello()),
			{ limits: { headMemory: 2_500 } },
		);
		const page = head("GET /page HTTP/1.1", `X: ${"y".repeat(1_000)}`);
		const idle = connect().send(get);
		const first = connect().pause().send(page);
		advance(SWEEP);
		const second = connect().pause().send(page);
		advance(5 * SWEEP);
		assert.match(connect().send(page).text, /^HTTP\/1\.1 200 /);
		assert.deepEqual([idle.closed, first.closed, second.closed], [false, true, false]);
	});
});

describe("a client that reads for long, but fast enough", () => {
	/** A body of the given length that is outside the heap, as frames of a camera are. */
	function outsideTheHeap(length: number): BodySource {
		let block: ArrayBuffer | null = new ArrayBuffer(length);
		return {
			pull() {
				const next = block;
				block = null;
				return next;
			},
			close() {},
		};
	}

	/** What the client gets beside others that send `others`, each of which needs memory for its head and response. */
	function beside(limits: Partial<Limits>, others: string): { closed: boolean; served: number } {
		const { connect } = serve(
			({ path }: Request) =>
				path === "/long"
					? new Response(outsideTheHeap(200_000), { headers: { "Content-Length": "200000" } })
					: new Response(new Uint8Array(9_000)),
			{ limits: { connections: 20, ...limits } },
		);
		const long = connect().pause().send(head("GET /long HTTP/1.1"));
		let served = 0;
		for (let i = 0; i < 40; i++) {
			for (let taken = 0; taken < 2_200; taken += 1_100) long.acknowledge(1_100);
			if (i % 4 === 0) advance(SWEEP);
			const other = connect().pause().send(others);
			other.acknowledge();
			if (other.text.startsWith("HTTP/1.1 200")) served++;
		}
		return { closed: long.closed, served };
	}

	it("is not closed to free memory for the heads of others", () => {
		const { closed, served } = beside({ headMemory: 2_500 }, head("GET / HTTP/1.1", `X: ${"y".repeat(1_000)}`));
		assert.isFalse(closed);
		assert.isAbove(served, 2);
	});

	it("is not closed to free memory for the responses of others", () => {
		const { closed, served } = beside({ responseMemory: 30_000 }, get);
		assert.isFalse(closed);
		assert.isAbove(served, 3);
	});
});

describe("content", () => {
	it("that has arrived, or timed out, frees its waiting slot, however long its handler goes on", async () => {
		const held: Deferred<Response>[] = [];
		const { connect, network } = serve(
			async (request: Request) => {
				await request.bytes().catch(() => {});
				const answer = new Deferred<Response>();
				held.push(answer);
				return answer.promise;
			},
			{ limits: { contentWaiters: 1, slots: 100_000 } },
		);
		const there = connect().send(post(5));
		await network.settle();
		there.send("hello");
		await network.settle();
		const late = connect().send(post(5));
		await network.settle();
		assert.equal(late.text, "", "the first has freed its slot");
		advance(10_000 + SWEEP);
		await network.settle();
		const last = connect().send(post(5));
		await network.settle();
		assert.equal(last.text, "", "so has the second");
		assert.lengthOf(held, 2);
		advance(60_000);
		await network.settle();
		assert.isFalse(there.closed || late.closed, "a handler may take any time");
		held.forEach((answer) => answer.resolve(hello()));
		await network.settle();
		assert.match(there.text, /hello\n$/);
		assert.match(late.text, /hello\n$/);
	});

	it("is not read for a handler that gets no slot, and rejects with 503", async () => {
		const told: unknown[] = [];
		const { connect, network } = serve(
			(request: Request) => {
				const content = request.bytes();
				content.catch((error) => told.push((error as { status: number }).status));
				return new Promise<Response>(() => {});
			},
			{ limits: { slots: 0, queueTimeout: 0 } },
		);
		connect().send(post(5));
		await network.settle();
		assert.deepEqual(told, [503]);
	});

	it("rejects if the response is sent without waiting for it", async () => {
		const told: unknown[] = [];
		const { connect, network } = serve((request: Request) => {
			request.bytes().catch((error) => told.push((error as { status: number }).status));
			return hello();
		});
		const client = connect().send(post(5));
		await network.settle();
		assert.match(client.text, /hello\n$/);
		assert.deepEqual(told, [400]);
		client.send("12345" + get);
		await network.settle();
		assert.equal(client.text.split("hello").length, 3);
	});
});

describe("a request's watcher", () => {
	it("hears that the response is sent, even if content is still to come", async () => {
		let finished = 0;
		const { connect, network } = serve((request: Request) => {
			request.onFinished({ finished: () => void finished++ });
			return hello();
		});
		const client = connect().send(post(5));
		await network.settle();
		assert.equal(finished, 1);
		client.finish();
		assert.equal(finished, 1);
	});

	it("hears at once of a request that is over", async () => {
		let request!: Request;
		const { connect } = serve((asked: Request) => {
			request = asked;
			return hello();
		});
		connect().send(get);
		let finished = 0;
		request.onFinished({ finished: () => void finished++ });
		assert.equal(finished, 1);
		assert.isTrue(request.acquireHandler(), "it no longer needs a slot");
		request.report(new Error("too late"));
		request.abort();
	});
});

describe("a response whose socket reports no error", () => {
	it("is not sent again after its connection was lost in the middle of a list", async () => {
		resetClock();
		let closed = 0;
		const { connect, network } = serve(
			() =>
				new Response(
					{ pull: () => [new Uint8Array(50), new Uint8Array(50)], close: () => void closed++ },
					{ framing: "close" },
				),
			{ window: 300 },
		);
		const client = connect().pause().send(get);
		client.reset();
		client.acknowledge();
		await network.settle();
		client.finish();
		assert.equal(closed, 1);
		assert.equal(network.open, 0);
	});
});
