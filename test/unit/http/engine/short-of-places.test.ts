import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Response } from "yieldcam/http/response";
import { Server } from "yieldcam/http/server";
import type { Request } from "yieldcam/http/request";
import { type Client, Network } from "../../support/memory-io.ts";
import { head, type Served, serve } from "../../support/serve.ts";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";

const LOOK = DEFAULT_LIMITS.lookInterval;
const light = head("GET / HTTP/1.1"),
	large = head("GET /large HTTP/1.1");

function serveAll(connections = 3): Served {
	return serve(({ path }) => new Response(path === "/large" ? new ArrayBuffer(30_000) : "fine\n"), {
		limits: { connections, refusals: 0, reservedConnections: 1, responseMemory: Infinity },
	});
}

/** How many of a row of newcomers are served. */
function served({ connect }: Served, newcomers = 1): number {
	let count = 0;
	for (let i = 0; i < newcomers; i++) {
		const client = connect().send(light);
		if (client.text.startsWith("HTTP/1.1 200 ")) count++;
		client.finish();
	}
	return count;
}

describe("while connections are short", () => {
	it("a client that does not read its response makes room at the second look, and not before", () => {
		const at = serveAll();
		const slow = [0, 1, 2].map(() => at.connect().pause().send(large));
		assert.equal(served(at), 0);
		advance(LOOK);
		assert.equal(served(at), 0, "the first look at it");
		advance(LOOK);
		assert.equal(served(at), 1);
		assert.lengthOf(
			slow.filter(({ closed }) => closed),
			1,
		);
	});

	it("a client that reads its response keeps its connection if it reads a packet between two looks", () => {
		const at = serveAll();
		const taking = [0, 1, 2].map(() => at.connect().pause().send(large));
		served(at);
		for (let i = 0; i < 5; i++) {
			for (const client of taking) client.acknowledge(1_436);
			advance(LOOK);
			assert.equal(served(at), 0);
		}
		for (const client of taking) client.acknowledge(1_435);
		advance(LOOK);
		assert.equal(served(at), 1);
	});

	it("a client that was sent its whole response, and has not read all of it, makes room as well", () => {
		const at = serveAll();
		for (let i = 0; i < 3; i++) at.connect().pause().send(light);
		assert.equal(served(at), 0);
		advance(LOOK);
		advance(LOOK);
		assert.equal(served(at), 1);
	});

	for (const [what, sent] of [
		["nothing", ""],
		["part of a head", "GET / HTTP/1.1\r\nHos"],
	])
		it(`a client that has sent ${what} makes room before one that keeps its connection for the next request`, () => {
			const at = serveAll();
			const kept = at.connect().send(light);
			assert.match(kept.take(), /^HTTP\/1\.1 200 /);
			const dumb: Client[] = [];
			for (let i = 0; i < 2; i++) {
				dumb.push(at.connect());
				if (sent) dumb[i].send(sent);
			}
			// At first each may be what it seems, so the kept one would be closed.
			at.connect().send(light);
			assert.isTrue(kept.closed);
			const again = at.connect().send(light);
			assert.match(again.take(), /^HTTP\/1\.1 200 |^$/);
			for (let looks = 0; looks < 4; looks++) advance(LOOK);
			assert.isFalse(dumb.some(({ closed }) => closed));
			advance(LOOK);
			assert.equal(served(at), 1);
			assert.isTrue(dumb.some(({ closed }) => closed));
		});

	it("the server looks until a sweep in which no client lacked one", () => {
		const at = serveAll();
		const slow = [0, 1, 2].map(() => at.connect().pause().send(large));
		assert.equal(pendingTimers(), 1, "the sweep");
		served(at);
		assert.equal(pendingTimers(), 2);
		advance(DEFAULT_LIMITS.sweepInterval);
		assert.equal(pendingTimers(), 2);
		advance(DEFAULT_LIMITS.sweepInterval);
		assert.equal(pendingTimers(), 1);
		served(at);
		assert.equal(pendingTimers(), 2);
		for (const client of slow) client.finish();
		assert.equal(pendingTimers(), 0, "if no client is left");
	});

	it("an address with a signed-in client gets one at once, but not that of a stream or of another such address", () => {
		resetClock();
		const network = new Network();
		const server = new Server({
			io: network.Listener,
			port: 80,
			handler: {
				handle: ({ path }: Request) =>
					path === "/stream"
						? new Response({ pull: () => new ArrayBuffer(20_000), close() {} }, { framing: "close" })
						: new Response(new ArrayBuffer(20_000)),
				suspicion: (address?: string) => (address?.startsWith("192.0.2.") ? -1 : 0),
			},
			limits: { connections: 3, refusals: 0, reservedConnections: 1, responseMemory: Infinity },
			log() {},
		});
		const begin = (address: string, path = "/"): Client =>
			network
				.connect(80, address)
				.pause()
				.send(head(`GET ${path} HTTP/1.1`));
		const viewer = begin("10.0.0.1", "/stream"),
			other = begin("10.0.0.2"),
			mine = begin("192.0.2.1");
		assert.equal(begin("10.0.0.3").writes.length, 0);
		const newcomer = begin("192.0.2.2");
		assert.isAbove(newcomer.writes.length, 0);
		assert.deepEqual(
			[viewer, other, mine].map(({ closed }) => closed),
			[false, true, false],
		);
		assert.equal(begin("192.0.2.3").writes.length, 0);
		server.close();
	});

	it("an address that was served before gets one that an unserved address has held for a look", () => {
		resetClock();
		const network = new Network();
		new Server({
			io: network.Listener,
			port: 80,
			handler: ({ path }) => (path === "/" ? new Response("fine\n") : new Response(new ArrayBuffer(20_000))),
			limits: { connections: 3, refusals: 0, reservedConnections: 1, responseMemory: Infinity },
			log() {},
		});
		const isServed = (address: string): boolean => {
			const client = network.connect(80, address).send(head("GET / HTTP/1.1", "Connection: close"));
			client.finish();
			return client.text.startsWith("HTTP/1.1 200 ");
		};
		const takeAll = (): Client[] =>
			["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) =>
				network.connect(80, address).pause().send(head("GET /large HTTP/1.1")),
			);
		assert.isTrue(isServed("192.0.2.1"));
		advance(5_000);
		const crowd = takeAll();
		assert.isFalse(isServed("192.0.2.1"), "they may be regular clients that read their responses");
		for (const client of crowd) client.acknowledge(3_000);
		advance(LOOK);
		assert.isFalse(isServed("192.0.2.2"));
		assert.isTrue(isServed("192.0.2.1"));
		assert.lengthOf(
			crowd.filter(({ closed }) => closed),
			1,
		);
	});
});

describe("a connection that has just been accepted", () => {
	const [owner, stranger, other] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

	/** A server with places for three connections that suspects the stranger less than nobody, and trusts the owner. */
	function open(): Served & { from(address: string): Client } {
		const served = serve(
			{
				handle: () => new Response("fine\n"),
				suspicion: (address?: string) => (address === owner ? -1 : 0),
			} as never,
			{ limits: { connections: 3, refusals: 0, reservedConnections: 1 } },
		);
		const from = (address: string): Client => {
			const client = served.network.connect(80, address);
			served.network.run();
			return client;
		};
		return { ...served, from };
	}

	it("takes the place of a request that waits for its answer, for the owner, but not for a stranger", async () => {
		const never = serve(
			{
				handle: () => new Promise<Response>(() => {}),
				suspicion: (address?: string) => (address === owner ? -2 : address === other ? -1 : 0),
			} as never,
			{ limits: { connections: 3, refusals: 0, reservedConnections: 1, slots: 10_000 } },
		);
		const begin = (address: string): Client => never.network.connect(80, address).send(light);
		const strangers = [stranger, other, "192.0.2.4"].map(begin);
		begin("192.0.2.99");
		assert.deepEqual(
			strangers.map(({ closed }) => closed),
			[false, false, false],
		);
		begin(owner);
		assert.deepEqual(
			strangers.map(({ closed }) => closed),
			[true, false, false],
		);
		for (let i = 0; i < 3; i++) begin(owner);
		assert.isTrue(
			strangers.every(({ closed }) => closed),
			"the owner comes before viewers",
		);
		await never.network.settle();
	});

	it("makes no room for an address with more against it", () => {
		const { from } = open();
		const own = from(owner);
		for (const address of [stranger, other]) from(address);
		for (let i = 4; i < 40; i++) from(`192.0.2.${i}`);
		assert.isFalse(own.closed);
		assert.match(own.send(light).text, /^HTTP\/1\.1 200 /);
	});

	it("makes no room for an address that has as many connections or more", () => {
		const { from } = open();
		const modest = from("192.0.2.9");
		const first = from(stranger),
			second = from(other);
		for (const address of [stranger, other]) from(address);
		assert.deepEqual(
			[modest, first, second].map(({ closed }) => closed),
			[false, false, false],
		);
		from("192.0.2.10");
		assert.isTrue(modest.closed, "for one that has none");
	});
});

describe("a connection whose response is sent, and whose client still sends content", () => {
	it("makes room as one whose client has only to close", async () => {
		const { connect, network } = serve(() => new Response("no\n"), {
			limits: { connections: 3, refusals: 0, reservedConnections: 1 },
		});
		const sending = [1, 2, 3].map(() => connect().send(head("POST / HTTP/1.1", "Content-Length: 12000") + "x"));
		await network.settle();
		for (const { text } of sending) assert.match(text, /^HTTP\/1\.1 200 /);
		const newcomer = network.connect(80, "192.0.2.7").send(light);
		assert.match(newcomer.text, /^HTTP\/1\.1 200 /);
		assert.lengthOf(
			sending.filter(({ closed }) => closed),
			1,
		);
	});
});

describe("clients that connect at the same time", () => {
	it("do not displace each other before their requests are read, where places are short", () => {
		const { network } = serve(() => new Response("fine\n"), {
			limits: { connections: 3, refusals: 0, reservedConnections: 1 },
		});
		const clients = Array.from({ length: 8 }, (_, i) => network.connect(80, `192.0.2.${i + 1}`));
		for (const client of clients) client.post(head("GET / HTTP/1.1", "Connection: close"));
		network.run();
		for (const client of clients.slice(0, 3)) assert.match(client.text, /^HTTP\/1\.1 200 /);
	});
});
