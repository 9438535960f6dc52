import { assert } from "chai";
import type { Block } from "yieldcam/http/body";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { EventStream } from "yieldcam/http/event-stream";
import { BorrowedBody } from "yieldcam/http/borrowed-body";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { FakeMachine } from "../../support/fake-machine.ts";
import { contentOf, Deferred, head, type Served, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

/** Milliseconds between two sweeps. */
const SWEEP = DEFAULT_LIMITS.sweepInterval;
const { headroomSlots, streamSlots, handlerSlots, acceptSlots, acceptBytes } = DEFAULT_LIMITS;

/** Blocks that are larger than a send buffer, one after the other. */
function endless(length = 20_000): Response {
	return new Response({ pull: () => new ArrayBuffer(length), close() {} }, { framing: "close" });
}

function serveAll(machine: FakeMachine): Served {
	return serve(({ path }) => (path === "/stream" ? endless() : new Response("fine\n")), { machine });
}

const stream = head("GET /stream HTTP/1.1"),
	light = head("GET / HTTP/1.1");

describe("if the heap is nearly full", () => {
	it("a stream that would leave too little for requests is refused, and requests are served", async () => {
		const machine = new FakeMachine();
		const { ask, connect } = serveAll(machine);
		const begin = (): string => {
			const client = connect().pause().send(stream);
			client.acknowledge();
			return client.text;
		};
		machine.slots = headroomSlots + streamSlots;
		assert.match(begin(), /^HTTP\/1\.1 200 /);
		machine.slots--;
		assert.match(begin(), /^HTTP\/1\.1 503 /);
		assert.equal(contentOf(await ask(light)), "fine\n");
	});

	it("only a stream whose client has been at one block for a sweep makes room", async () => {
		const machine = new FakeMachine();
		const { connect, ask } = serveAll(machine);
		const stuck = connect().pause().send(stream);
		const watching = connect().pause().send(stream);
		const sweep = (): void => {
			advance(SWEEP);
			// On to the next block.
			for (let i = 0; i < 8; i++) watching.acknowledge();
		};
		sweep();
		machine.slots = 0;
		assert.match(await ask(light), /^(HTTP\/1\.1 503 |$)/);
		assert.isFalse(stuck.closed, "its client has had no time");
		machine.slots = Infinity;
		sweep();
		machine.slots = 0;
		await ask(light);
		assert.isTrue(stuck.closed);
		assert.isFalse(watching.closed);
	});

	it("the oldest of such streams goes first, and no more of them than needed", async () => {
		const machine = new FakeMachine();
		const { connect, ask } = serveAll(machine);
		const clients = [0, 1, 2].map(() => connect().pause().send(stream));
		advance(SWEEP);
		advance(SWEEP);
		machine.room = () => clients[0].closed;
		assert.equal(contentOf(await ask(light)), "fine\n");
		assert.deepEqual(
			clients.map(({ closed }) => closed),
			[true, false, false],
		);
	});

	it("and has grown into its reserve, one such stream is closed in each sweep", () => {
		const machine = new FakeMachine();
		const { connect, log } = serveAll(machine);
		const clients = [0, 1].map(() => connect().pause().send(stream));
		const states = (): boolean[] => clients.map(({ closed }) => closed);
		advance(SWEEP);
		advance(SWEEP);
		machine.reserved = 1_000;
		advance(SWEEP);
		assert.deepEqual(states(), [true, false]);
		advance(SWEEP);
		assert.deepEqual(states(), [true, true]);
		assert.lengthOf(log, 1);
	});

	it("a connection whose client has yet to acknowledge its response keeps it for a sweep, and an idle one does not", async () => {
		const machine = new FakeMachine();
		const { connect, ask } = serveAll(machine);
		const idle = connect().send(light),
			taking = connect().pause().send(light);
		machine.slots = 0;
		assert.match(await ask(light), /^(HTTP\/1\.1 503 |$)/);
		assert.isTrue(idle.closed);
		assert.isFalse(taking.closed, "the reset would overtake the response");
		machine.slots = Infinity;
		advance(SWEEP);
		advance(SWEEP);
		machine.slots = 0;
		await ask(light);
		assert.isTrue(taking.closed);
	});

	it("an idle connection whose next request has arrived keeps its place, and the request is served", () => {
		const machine = new FakeMachine();
		const { connect, network } = serveAll(machine);
		network.halfClosing = true;
		const [first, second, idle] = [0, 1, 2].map(() => connect().send(light));
		machine.room = () => idle.closed;
		first.post(light);
		second.post(light);
		network.run();
		assert.isTrue(idle.closed);
		for (const { text } of [first, second]) assert.lengthOf(text.split("fine\n"), 3);
	});

	it("a connection that has sent two requests at once is not idle between them", () => {
		const machine = new FakeMachine();
		let served = 0;
		const { connect, network } = serve(
			() => {
				if (served++ === 0) machine.slots = acceptSlots;
				return new Response("fine\n");
			},
			{ machine },
		);
		const pipelining = connect(),
			other = connect();
		pipelining.post(light + light);
		other.post(light);
		network.run();
		assert.isFalse(pipelining.closed);
		machine.slots = Infinity;
		advance(100);
		assert.lengthOf(pipelining.text.split("fine\n"), 3);
	});

	it("a stream that yields a large block ends, since each client may get another; small blocks go on", async () => {
		const machine = new FakeMachine();
		async function* blocks(): AsyncGenerator<Block> {
			yield new ArrayBuffer(1_023);
			machine.slots = acceptSlots - 1;
			yield new ArrayBuffer(1_023);
			machine.slots = acceptSlots;
			machine.bytes = acceptBytes;
			yield new ArrayBuffer(1_024);
			machine.slots--;
			yield new ArrayBuffer(1_024);
			yield new ArrayBuffer(1_024);
		}
		const { connect, network } = serve(() => new Response(blocks(), { framing: "close" }), { machine });
		const client = connect().send(light);
		await network.settle();
		assert.isTrue(client.closed);
		assert.equal(client.received.length - client.text.indexOf("\r\n\r\n") - 4, 2 * 1_023 + 1_024);
	});

	it("an event is not kept for a client that is still reading the one before, and costs others nothing", () => {
		const machine = new FakeMachine();
		const clients: EventStream[] = [];
		const { connect, network } = serve(
			() => {
				const events = new EventStream(() => clients.splice(clients.indexOf(events), 1));
				clients.push(events);
				return events.response;
			},
			{ machine },
		);
		const slow = connect().pause().send(light);
		const quick = connect().send(light);
		EventStream.broadcast(clients, "state", "x".repeat(20_000));
		network.run();
		EventStream.broadcast(clients, "state", "y".repeat(20_000));
		network.run();
		assert.isFalse(slow.closed);
		machine.bytes = 0;
		EventStream.broadcast(clients, "state", "z");
		network.run();
		assert.isTrue(slow.closed);
		assert.isFalse(quick.closed);
		assert.include(quick.text, "data: z\n");
		assert.lengthOf(clients, 1);
	});

	it("a handler that is known to wait and would leave too little for requests waits for memory, two seconds at most", async () => {
		const machine = new FakeMachine();
		const waits = new Deferred<Response>();
		const router = new Router().get("/waits", () => waits.promise).get("/", () => new Response("fine\n"));
		const { connect, ask, network } = serve(router, { machine });
		const waiting = head("GET /waits HTTP/1.1");
		connect().send(waiting);
		machine.slots = headroomSlots + handlerSlots;
		const served = connect().send(waiting);
		machine.slots--;
		const refused = connect().send(waiting);
		assert.equal(contentOf(await ask(light)), "fine\n");
		advance(1_900);
		assert.equal(refused.text, "");
		advance(SWEEP + 100);
		assert.match(refused.text, /^HTTP\/1\.1 503 /);
		const patient = connect().send(waiting);
		advance(500);
		assert.equal(patient.text, "");
		machine.slots++;
		advance(50);
		machine.slots = 0;
		advance(3_000);
		assert.equal(patient.text, "", "it has its place");
		waits.resolve(new Response("done\n"));
		await network.settle();
		assert.equal(contentOf(served.text), "done\n");
		assert.equal(contentOf(patient.text), "done\n");
	});

	it("a generated body that would leave too little for requests is refused, even with a length", async () => {
		const machine = new FakeMachine();
		let begun = 0;
		async function* blocks(): AsyncGenerator<Block> {
			begun++;
			yield new ArrayBuffer(10);
		}
		const { ask } = serve(
			({ path }) =>
				path === "/" ? new Response("fine\n") : new Response(blocks(), { headers: { "Content-Length": "10" } }),
			{ machine },
		);
		machine.slots = headroomSlots + streamSlots - 1;
		assert.match(await ask(head("GET /generated HTTP/1.1")), /^HTTP\/1\.1 503 /);
		assert.equal(begun, 0);
		assert.equal(contentOf(await ask(light)), "fine\n");
		machine.slots++;
		assert.match(await ask(head("GET /generated HTTP/1.1")), /^HTTP\/1\.1 200 /);
	});

	it("streams that have been at their block for longest make room for one that has a block, and not that one itself", async () => {
		const machine = new FakeMachine();
		const more: Deferred<void>[] = [];
		async function* blocks(): AsyncGenerator<Block> {
			for (;;) {
				yield new ArrayBuffer(20_000);
				const next = new Deferred<void>();
				more.push(next);
				await next.promise;
			}
		}
		const { connect, network } = serve(() => new Response(blocks(), { framing: "close" }), { machine });
		const quick = connect().send(light);
		await network.settle();
		const slow = [connect().pause().send(light), connect().pause().send(light)];
		await network.settle();
		machine.room = () => slow[0].closed;
		more[0].resolve();
		await network.settle();
		assert.deepEqual(
			[quick, ...slow].map(({ closed }) => closed),
			[false, true, false],
		);
		assert.isAbove(quick.received.length, 40_000);
	});

	it("a body in the heap whose memory is released counts as one of bytes does", async () => {
		const { connect } = serve(() => new Response(new BorrowedBody(new ArrayBuffer(20_000), () => {})));
		connect().pause().send(light);
		const other = connect().pause().send(light);
		other.acknowledge();
		assert.match(other.text, /^HTTP\/1\.1 503 /, "all share 32 kB");
	});
});

describe("a request that the heap has no room for", () => {
	const late = () => new Response("late\n");

	it("waits for memory, and is served once there is some", async () => {
		const machine = new FakeMachine();
		const { connect, network } = serve(late, { machine });
		machine.slots = headroomSlots - 1;
		const client = connect().send(light);
		await network.settle();
		for (let i = 0; i < 10; i++) {
			advance(50);
			assert.equal(client.text, "");
		}
		machine.slots = headroomSlots;
		advance(50);
		await network.settle();
		assert.equal(contentOf(client.text), "late\n");
	});

	it("gets 503 after two seconds, or at once if there is no room for what waits", async () => {
		for (const [slots, time] of [
			[acceptSlots, DEFAULT_LIMITS.queueTimeout],
			[acceptSlots - 1, 0],
		] as const) {
			const machine = new FakeMachine();
			const { connect, network } = serve(late, { machine });
			const client = connect();
			network.run();
			machine.slots = slots;
			client.send(light);
			await network.settle();
			if (time > 0) assert.equal(client.text, "");
			for (let passed = 0; passed < time + 2 * SWEEP; passed += 50) advance(time > 0 ? 50 : 0);
			await network.settle();
			assert.match(client.text, /^HTTP\/1\.1 503 /);
			assert.match(client.text, /Retry-After: 1/);
		}
	});

	it("is not seen by its handler as one for which it was called before", async () => {
		const machine = new FakeMachine();
		const retried: boolean[] = [];
		const { connect, network } = serve(
			(request) => {
				retried.push(request.retried);
				return new Response("fine\n");
			},
			{ machine },
		);
		machine.slots = headroomSlots - 1;
		const client = connect().send(light);
		advance(50);
		machine.slots = Infinity;
		advance(50);
		await network.settle();
		assert.deepEqual(retried, [false]);
		assert.match(client.text, /^HTTP\/1\.1 200 /);
	});

	it("leaves the queue with its client", async () => {
		const machine = new FakeMachine();
		let called = 0;
		const { connect, network } = serve(() => (called++, new Response("fine\n")), { machine });
		machine.slots = headroomSlots - 1;
		const client = connect().send(light);
		advance(50);
		client.finish();
		machine.slots = Infinity;
		for (let i = 0; i < 10; i++) advance(50);
		await network.settle();
		assert.equal(called, 0);
		assert.equal(network.open, 0);
	});

	it("waits for a place after that, if its handler needs one", async () => {
		const machine = new FakeMachine();
		const answers: Deferred<Response>[] = [];
		const { connect, network } = serve(
			new Router().get("/", () => {
				const answer = new Deferred<Response>();
				answers.push(answer);
				return answer.promise;
			}),
			{ machine, limits: { slots: 900 } },
		);
		const first = connect().send(light);
		await network.settle();
		machine.slots = headroomSlots - 1;
		const second = network.connect(80, "192.0.2.9").send(light);
		advance(50);
		machine.slots = Infinity;
		advance(100);
		assert.lengthOf(answers, 1);
		answers[0].resolve(new Response("first\n"));
		await network.settle();
		advance(100);
		assert.lengthOf(answers, 2);
		answers[1].resolve(new Response("second\n"));
		await network.settle();
		assert.deepEqual(
			[first, second].map(({ text }) => contentOf(text)),
			["first\n", "second\n"],
		);
	});

	for (const [left, what, answer] of [
		[
			undefined,
			"503",
			/^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 1\r\n.*\r\nConnection: close\r\n\r\n$/s,
		],
		[1, "503", /^HTTP\/1\.1 503 /],
		[0, "a reset", /^$/],
	] as const)
		it(`makes room for another while it waits, and gets ${what} if ${left ?? "any number of"} sockets are left`, async () => {
			const machine = new FakeMachine();
			const { network } = serve(async () => new Response("fine\n"), { machine });
			network.halfClosing = true;
			network.connect(80, "192.0.2.8").send(light).finish();
			await network.settle();
			machine.slots = headroomSlots - 1;
			const waits = network.connect(80, "192.0.2.8").send(light);
			// It was served last, so the other has the better claim.
			const other = network.connect(80, "192.0.2.9");
			assert.equal(waits.text, "");
			Object.defineProperty(network.Listener.prototype, "left", { get: () => left });
			machine.room = () => waits.closed;
			other.send(light);
			await network.settle();
			assert.match(waits.text, answer);
			assert.equal(waits.wasReset, left === 0);
			assert.match(other.text, /^HTTP\/1\.1 200 /);
		});
});
