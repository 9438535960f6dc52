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

/** A deadline comes at its time at the earliest, and at most one sweep later. */
const SWEEP = 1_000;

describe("a server's listeners", () => {
	/** What each was made with, and how often they were closed. */
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

	it("get an address where there is one, and else none", () => {
		const { io, made } = listening();
		const server = new Server({ io, port: 80, handler: hello, log() {} });
		server.listen({ port: 81, address: "192.0.2.1" });
		assert.isFalse("address" in made[0]);
		assert.equal(made[1].address, "192.0.2.1");
	});

	it("are closed once, however often the server is", () => {
		const { io, closed } = listening();
		const server = new Server({ io, port: 80, handler: hello, log() {} });
		server.listen({ port: 81 });
		server.close();
		server.close();
		assert.equal(closed(), 2);
	});
});

describe("a client that is gone", () => {
	it("before it was accepted leaves no socket behind", () => {
		const { connect, network, log } = serve(hello);
		const client = connect();
		client.reset();
		network.run();
		assert.equal(network.open, 0);
		assert.lengthOf(log, 1);
		assert.match(connect().send(get).text, /hello/);
	});
});

describe("connections that are refused", () => {
	it("are watched until the last of them has left", () => {
		const { connect, network } = serve(() => new Promise<Response>(() => {}), {
			limits: { connections: 1, refusals: 2 },
		});
		const busy = connect().send(get);
		const [one, other] = [connect(), connect()];
		network.run();
		one.finish();
		advance(2_000 + SWEEP);
		assert.isTrue(other.closed, "by time");
		busy.finish();
		assert.equal(pendingTimers(), 0);
	});
});

describe("who makes room", () => {
	const limits = { connections: 3 };

	it("is who was served longest ago, whatever sweeps have passed since", () => {
		const { connect } = serve(hello, { limits });
		const [first, second, third] = [connect(), connect(), connect()];
		for (const client of [second, third, first]) client.send(get);
		advance(3 * SWEEP);
		connect().send(get);
		assert.deepEqual([first.closed, second.closed, third.closed], [false, true, false]);
	});

	it("is not who was served long ago and asks again: its wait begins with that", async () => {
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

	it("is the oldest that has sent nothing, where two addresses have as many and none has waited", () => {
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

	it("is the oldest that has begun to ask, where all have: half a request may never become one", () => {
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

	it("is each when it is served, as long as clients find no place", () => {
		const { connect, network } = serve(hello, { limits });
		const clients = [connect(), connect(), connect()];
		network.run();
		assert.match(connect().send(get).text, /^HTTP\/1\.1 503 /);
		assert.match(clients[0].send(get).text, /Connection: close\r\n/);
		advance(SWEEP);
		assert.notInclude(clients[1].send(get).text, "Connection: close");
	});

	it("is a response that lasts for two sweeps, though its client takes enough of it", () => {
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

	it("for a head is who takes a response slowly for longest, and not who holds nothing", () => {
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

describe("a client that takes long, and enough", () => {
	/** So many bytes of what is in no heap, as frames of a camera are. */
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

	/** What it gets beside others that want memory, each with so many bytes of its head and of its response. */
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

	it("is not closed for the memory of others' heads", () => {
		const { closed, served } = beside({ headMemory: 2_500 }, head("GET / HTTP/1.1", `X: ${"y".repeat(1_000)}`));
		assert.isFalse(closed);
		assert.isAbove(served, 2);
	});

	it("is not closed for the memory of others' responses", () => {
		const { closed, served } = beside({ responseMemory: 30_000 }, get);
		assert.isFalse(closed);
		assert.isAbove(served, 3);
	});
});

describe("content", () => {
	it("that is there, or too late, leaves its place to others, however long its handler goes on", async () => {
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
		assert.equal(late.text, "", "the first has left its place");
		advance(10_000 + SWEEP);
		await network.settle();
		const last = connect().send(post(5));
		await network.settle();
		assert.equal(last.text, "", "so has the second");
		assert.lengthOf(held, 2);
		advance(60_000);
		await network.settle();
		assert.isFalse(there.closed || late.closed, "a handler may take as long as it likes");
		held.forEach((answer) => answer.resolve(hello()));
		await network.settle();
		assert.match(there.text, /hello\n$/);
		assert.match(late.text, /hello\n$/);
	});

	it("is over for a handler that is refused, and rejects with 503", async () => {
		const told: unknown[] = [];
		const { connect, network } = serve(
			(request: Request) => {
				const content = request.bytes();
				content.catch((error) => told.push((error as { status: number }).status));
				return new Promise<Response>(() => {});
			},
			{ limits: { slots: 0 } },
		);
		connect().send(post(5));
		await network.settle();
		assert.deepEqual(told, [503]);
	});

	it("is over for who asked for it when the response is sent without it", async () => {
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
	it("hears that the response is sent, though content is still to come", async () => {
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

	it("hears of a request that is over at once", async () => {
		let request!: Request;
		const { connect } = serve((asked: Request) => {
			request = asked;
			return hello();
		});
		connect().send(get);
		let finished = 0;
		request.onFinished({ finished: () => void finished++ });
		assert.equal(finished, 1);
		assert.isTrue(request.acquireHandler(), "it needs no place any more");
		request.report(new Error("too late for anybody"));
		request.abort();
	});
});

describe("a response without a socket's answer", () => {
	it("is not sent once more after its connection was lost in the middle of a list", async () => {
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
