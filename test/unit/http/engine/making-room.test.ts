import { assert } from "chai";
import type { BodyOwner } from "yieldcam/http/body";
import type { Limits } from "yieldcam/http/limits";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { FakeMachine } from "../../support/fake-machine.ts";
import type { Client } from "../../support/memory-io.ts";
import { Deferred, head, type Served, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

const SWEEP = DEFAULT_LIMITS.sweepInterval,
	LOOK = DEFAULT_LIMITS.lookInterval;
const light = head("GET / HTTP/1.1"),
	page = head("GET /page HTTP/1.1"),
	stream = head("GET /stream HTTP/1.1");
const OTHERS = "192.0.2.9";

/** Names of the clients whose connections are closed. */
function closed(clients: Readonly<Record<string, Client | readonly Client[]>>): string[] {
	return Object.entries(clients).flatMap(([name, of]) =>
		[of].flat().flatMap((client) => (client.closed || client.text.startsWith("HTTP/1.1 503") ? [name] : [])),
	);
}

describe("if the heap has no room for a request", () => {
	/** /stream sends blocks larger than a send buffer, so its clients get stuck; the others send small responses. */
	function open(machine: FakeMachine): Served {
		return serve(
			(request: Request) => {
				switch (request.path) {
					case "/stream":
						return new Response({ pull: () => new ArrayBuffer(20_000), close() {} }, { framing: "close" });
					case "/quiet":
						return new Response({ pull: () => undefined, close() {} }, { framing: "close" });
					case "/page":
						return new Response(new Uint8Array(20_000));
					case "/owner":
						request.markTrusted();
						return new Response("welcome\n");
					default:
						return new Response("fine\n");
				}
			},
			{ machine, limits: { responseMemory: Infinity } },
		);
	}

	interface Kinds {
		readonly [kind: string]: readonly Client[];
	}

	function two(make: () => Client): readonly Client[] {
		return [make(), make()];
	}

	/** Two of each kind, all of which have had their time. */
	function fill({ connect }: Served): Kinds {
		const clients = {
			stuck: two(() => connect().pause().send(stream)),
			slow: two(() => connect().pause().send(page)),
			idle: two(() => connect().send(light)),
			silent: two(connect),
			watching: two(() => connect().send(head("GET /quiet HTTP/1.1"))),
		};
		for (let i = 0; i < 4; i++) advance(SWEEP);
		assert.deepEqual(closed(clients), []);
		return clients;
	}

	/** The machine has room for a request once count of the clients, of 60 slots each, are closed and garbage is collected. */
	function roomAfter(machine: FakeMachine, clients: Kinds, count: number): void {
		let collected = 0;
		machine.room = (slots, _bytes, collect = false) => {
			if (collect) collected = closed(clients).length;
			return slots <= DEFAULT_LIMITS.headroomSlots + 60 * (collected - count);
		};
	}

	const order = ["silent", "silent", "idle", "idle", "slow", "slow", "stuck", "stuck"];
	for (const [what, needed] of [
		["those whose clients have sent nothing", 1],
		["then those that are idle", 3],
		["then those that read a response slowly", 5],
		["then the stream that is stuck for longest", 7],
		["then the others that are stuck", 8],
	] as const)
		it(`connections are closed for it: ${what}, and no more than needed`, () => {
			const machine = new FakeMachine(),
				served = open(machine);
			const clients = fill(served);
			roomAfter(machine, clients, needed);
			assert.match(served.connect().send(light).text, /^HTTP\/1\.1 200 /);
			assert.sameMembers(closed(clients), order.slice(0, needed));
			if (needed === 7) assert.deepEqual([clients.stuck[0].closed, clients.stuck[1].closed], [true, false]);
		});

	it("and closing all candidates is not enough, the request is refused, and streams that are not stuck go on", () => {
		const machine = new FakeMachine(),
			served = open(machine);
		const asking = served.connect().send(light);
		asking.take();
		const clients = fill(served);
		machine.room = () => false;
		assert.match(asking.send(light).text, /^HTTP\/1\.1 503 /);
		assert.sameMembers(closed(clients), order);
	});

	it("the newest streams are closed for the owner's request, and no more than needed", () => {
		const machine = new FakeMachine(),
			served = open(machine);
		const owner = served.connect().send(head("GET /owner HTTP/1.1"));
		const clients: Kinds = { watching: [1, 2, 3].map(() => served.connect().send(head("GET /quiet HTTP/1.1"))) };
		owner.take();
		roomAfter(machine, clients, 2);
		assert.match(owner.send(light).take(), /^HTTP\/1\.1 200 /);
		assert.deepEqual(
			clients.watching.map((client) => client.closed),
			[false, true, true],
		);
	});

	it("and closing all streams is not enough, even the owner's request is refused", () => {
		const machine = new FakeMachine(),
			served = open(machine);
		const owner = served.connect().send(head("GET /owner HTTP/1.1"));
		const watching = served.connect().send(head("GET /quiet HTTP/1.1"));
		owner.take();
		machine.room = () => false;
		assert.match(owner.send(light).take(), /^HTTP\/1\.1 503 /);
		assert.isTrue(watching.closed);
	});

	for (const [what, fields, owns] of [
		["the owner's stream", {}, true],
		["a response that its client reads slowly", { "Content-Length": 400_000 }, false],
	] as const)
		it(`others are closed for the memory that ${what} asks for, and not that one itself`, () => {
			const machine = new FakeMachine();
			let sender: BodyOwner | undefined;
			const { connect } = serve(
				(request: Request) => {
					if (owns && request.path === "/own") request.markTrusted();
					return new Response(
						{
							begin(owner) {
								if (request.path === "/own") sender = owner;
							},
							pull: () => new ArrayBuffer(20_000),
							close() {},
						},
						owns ? { framing: "close" } : { headers: fields },
					);
				},
				{ machine },
			);
			// The other stream is older, and the newest stream is the owner's own.
			const other = connect().pause().send(light),
				own = connect().pause().send(head("GET /own HTTP/1.1"));
			for (let i = 0; i < 4; i++) {
				advance(SWEEP);
				if (owns) for (const client of [other, own]) for (let j = 0; j < 8; j++) client.acknowledge();
				else for (const client of [other, own]) client.acknowledge(400);
			}
			assert.isFalse(other.closed || own.closed);
			machine.room = () => other.closed;
			assert.isTrue(sender!.freeMemory(5_000));
			assert.deepEqual([other.closed, own.closed], [true, false]);
			machine.room = () => false;
			assert.isFalse(sender!.freeMemory(5_000));
			assert.isFalse(own.closed);
		});
});

describe("the first to make room for a newcomer", () => {
	/** A server that suspects one address. */
	function open(limits: Partial<Limits>): Served & { late: Deferred<Response>[] } {
		const late: Deferred<Response>[] = [];
		const served = serve(
			{
				handle(request: Request) {
					if (request.path === "/page") return new Response(new Uint8Array(30_000));
					if (request.path !== "/late") return new Response("fine\n");
					const answer = new Deferred<Response>();
					late.push(answer);
					return answer.promise;
				},
				suspicion: (address: string | undefined) => (address === OTHERS ? 1 : 0),
			} as never,
			{ limits: { refusals: 0, responseMemory: Infinity, ...limits } },
		);
		return { ...served, late };
	}

	/** Connects count newcomers, served or not; each keeps its connection. */
	function arrive({ connect }: Served, count = 1): void {
		for (let i = 0; i < count; i++) connect().send(light);
	}

	it("has had its last response, even if another is idle for longer", () => {
		const served = open({ connections: 2 });
		const idle = served.connect().send(light),
			last = served.connect().send("BAD\r\n");
		assert.isFalse(last.closed);
		arrive(served);
		assert.deepEqual([idle.closed, last.closed], [false, true]);
	});

	it("has had its last response and the time to read it, if it has not read it", () => {
		const served = open({ connections: 1 });
		const last = served.connect().pause().send("BAD\r\n");
		arrive(served);
		assert.isFalse(last.closed, "the response may be under way");
		advance(LOOK);
		advance(LOOK);
		arrive(served);
		assert.isTrue(last.closed);
	});

	it("comes from a more suspect address, even if another is idle for longer or sends nothing", () => {
		const served = open({ connections: 3 });
		const silent = served.connect();
		served.network.run();
		const idle = served.connect().send(light);
		const bad = served.network.connect(80, OTHERS).send(light);
		arrive(served);
		assert.deepEqual([silent.closed, idle.closed, bad.closed], [false, false, true]);
	});

	it("comes from a more suspect address, even if another sends nothing for two looks", () => {
		const served = open({ connections: 3 });
		const silent = served.connect();
		served.network.run();
		served.connect().send(head("GET /late HTTP/1.1"));
		const bad = served.network.connect(80, OTHERS).pause().send(page);
		arrive(served);
		advance(LOOK);
		advance(LOOK);
		assert.isFalse(silent.closed || bad.closed);
		arrive(served);
		assert.deepEqual([silent.closed, bad.closed], [false, true]);
	});

	it("is idle, even if another reads its response slowly for longer", () => {
		const served = open({ connections: 2 });
		const slow = served.connect().pause().send(page);
		for (let i = 0; i < 4; i++) advance(SWEEP);
		const idle = served.connect().send(light);
		arrive(served);
		assert.deepEqual([slow.closed, idle.closed], [false, true]);
	});

	it("is, of those that read their responses slowly, the one that has for longest", () => {
		const served = open({ connections: 2 });
		const newer = served.connect().send(light),
			older = served.connect().pause().send(page);
		for (let i = 0; i < 4; i++) advance(SWEEP);
		newer.pause().send(page);
		for (let i = 0; i < 4; i++) advance(SWEEP);
		arrive(served);
		assert.deepEqual([newer.closed, older.closed], [false, true]);
	});

	it("has read its response slowly for long, even if another has not read any for two looks", () => {
		const served = open({ connections: 2 });
		const slow = served.connect().pause().send(page);
		for (let i = 0; i < 4; i++) advance(SWEEP);
		slow.acknowledge(1_500);
		const stale = served.connect().pause().send(page);
		// The looks begin when no client makes room.
		const busy = served.network.connect(80, OTHERS);
		busy.finish();
		advance(LOOK);
		advance(LOOK);
		arrive(served);
		assert.deepEqual([slow.closed, stale.closed], [true, false]);
	});

	it("has read everything sent to it, or had a sweep's time for it", () => {
		const served = open({ connections: 1 });
		const idle = served.connect().pause().send(light);
		arrive(served);
		assert.isFalse(idle.closed, "it may be about to read");
		advance(SWEEP);
		arrive(served);
		assert.isTrue(idle.closed);
	});

	for (const [what, sooner, gone] of [
		["the newcomer's own", "192.0.2.1", [true, false]],
		["another's", "192.0.2.2", [false, true]],
	] as const)
		it(`is idle for longest if two addresses have equally many, including ${what}`, () => {
			const served = open({ connections: 2 });
			const own = served.connect(),
				other = served.network.connect(80, "192.0.2.2");
			for (const client of sooner === "192.0.2.1" ? [own, other] : [other, own]) client.send(light);
			arrive(served);
			assert.deepEqual([own.closed, other.closed], [...gone]);
		});

	it("is looked for again when connections are short again", async () => {
		const served = open({ connections: 3 });
		const silent = served.connect();
		served.network.run();
		const kept = [1, 2].map(() => served.connect().send(head("GET /late HTTP/1.1")));
		await served.network.settle();
		arrive(served);
		advance(SWEEP);
		for (const answer of served.late) answer.resolve(new Response("late\n"));
		await served.network.settle();
		// No other newcomer arrives.
		advance(SWEEP);
		const states = (): boolean[] => [...kept, silent].map((client) => client.closed);
		arrive(served);
		assert.deepEqual(states(), [true, false, false], "the kept ones are idle for longer");
		advance(LOOK);
		arrive(served);
		assert.deepEqual(states(), [true, true, false], "the first look at it");
	});
});
