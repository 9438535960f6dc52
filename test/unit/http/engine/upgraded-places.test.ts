import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { Client } from "../../support/memory-io.ts";
import { Deferred, head, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

const chat = head("GET /chat HTTP/1.1", "Upgrade: test", "Connection: upgrade"),
	wait = head("GET /wait HTTP/1.1"),
	watch = head("GET /stream HTTP/1.1");
const [greedy, modest, third] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

/** A server with streams, sockets of a protocol that lasts, and handlers that wait until `end`. */
function open(suspicions: Readonly<Record<string, number>> = {}) {
	const end = new Deferred<undefined>();
	const router = new Router()
		.get("/stream", () => new Response({ pull: () => undefined, close() {} }, { framing: "close" }))
		.get(
			"/chat",
			() =>
				new Response(
					{
						pull: () => undefined,
						close() {},
						open() {},
						receive: () => false,
						expire: () => false,
						shutDown() {},
					} as never,
					{ status: 101, headers: { Upgrade: "test" } },
				),
		)
		.get("/wait", async () => new Response("waited\n"))
		.get("/sleep", () => end.promise.then(() => new Response("slept\n")));
	const served = serve({
		handle: (request: Request) => router.handle(request),
		suspicion: (address: string | undefined) => suspicions[address ?? ""] ?? 0,
	} as never);
	const send = (address: string, text: string): Client => served.network.connect(80, address).send(text);
	/** Has the router learn that the routes wait. */
	const learn = async (): Promise<void> => {
		for (const text of [chat, wait]) {
			send(third, text).finish();
			await served.network.settle();
		}
	};
	const settle = async (): Promise<void> => {
		for (let i = 0; i < 5; i++) {
			await served.network.settle();
			advance(1);
		}
	};
	return { ...served, end, send, learn, settle };
}

function status(client: Client): string {
	return client.text.slice(9, 12);
}

function left(clients: readonly Client[]): number {
	return clients.filter(({ closed }) => !closed).length;
}

describe("connections whose protocol was switched, and that have all places of handlers", () => {
	for (const known of [false, true])
		it(`make room for such a one of another address, whether the router knows that it waits or not (${known})`, async () => {
			const { send, learn, settle } = open();
			if (known) await learn();
			const sockets = [1, 2, 3].map(() => send(greedy, chat));
			await settle();
			assert.deepEqual(sockets.map(status), ["101", "101", "101"]);
			const other = send(modest, chat);
			await settle();
			assert.equal(status(other), "101");
			assert.equal(left(sockets), 2);
		});

	it("make room if a stream's slots are lacking, and not those of a handler", async () => {
		const { send, learn, settle } = open();
		await learn();
		for (let i = 0; i < 4; i++) send("192.0.2.9", watch);
		const sockets = [1, 2].map(() => send(greedy, chat));
		await settle();
		const other = send(modest, chat);
		await settle();
		assert.equal(status(other), "101");
		assert.deepEqual(
			sockets.map(({ closed }) => closed),
			[false, true],
		);
	});

	it("make room for handlers of other addresses, if no handler is at work that returns", async () => {
		const { send, learn, settle } = open();
		await learn();
		const sockets = [1, 2, 3].map(() => send(greedy, chat));
		await settle();
		const other = send(modest, wait);
		await settle();
		assert.equal(status(other), "200");
		assert.equal(left(sockets), 2);
	});

	it("keep their places while another handler is at work, which the request can wait for", async () => {
		const { send, learn, settle, end } = open();
		await learn();
		const sleeper = send(third, head("GET /sleep HTTP/1.1"));
		send("192.0.2.9", watch);
		const sockets = [1, 2].map(() => send(greedy, chat));
		await settle();
		const other = send(modest, wait);
		await settle();
		assert.equal(status(other), "");
		end.resolve(undefined);
		await settle();
		assert.equal(status(sleeper), "200");
		assert.equal(status(other), "200");
		assert.equal(left(sockets), 2);
	});

	it("of three addresses, keep them, except for a known address", async () => {
		const { send, learn, settle } = open({ "192.0.2.99": -1 });
		await learn();
		const sockets = [greedy, modest, third].map((address) => send(address, chat));
		await settle();
		const other = send("192.0.2.98", wait);
		await settle();
		assert.equal(status(other), "");
		assert.equal(left(sockets), 3);
		const known = send("192.0.2.99", wait);
		await settle();
		assert.equal(status(known), "200");
		assert.deepEqual(
			sockets.map(({ closed }) => closed),
			[false, false, true],
		);
	});
});

describe("if all streams are taken", () => {
	it("an address that has more than a household's makes room for another, and four viewers of one address stay", async () => {
		const { send, settle } = open();
		const five = Array.from({ length: 10 }, (_, i) => send(i % 2 ? greedy : modest, watch));
		await settle();
		for (const [address, expected] of [
			["192.0.2.10", "200"],
			["192.0.2.11", "200"],
			["192.0.2.12", "503"],
		] as const) {
			const other = send(address, watch);
			await settle();
			assert.equal(status(other), expected);
		}
		assert.equal(left(five), 8);
	});

	it("strangers make room for a known address, first the one with most, and the newest of it", async () => {
		const { send, settle } = open({ "192.0.2.99": -1, "192.0.2.98": -1 });
		const known = send("192.0.2.98", watch);
		const watching = [1, 2, 3, 3, 3, 4, 5, 6, 7].map((i) => send(`192.0.2.${i}`, watch));
		await settle();
		for (let i = 0; i < 3; i++) send("192.0.2.99", watch);
		await settle();
		assert.isFalse(known.closed);
		assert.deepEqual(
			watching.map(({ closed }) => closed),
			[false, false, false, true, true, false, false, false, true],
		);
		const stranger = send("192.0.2.50", watch);
		await settle();
		assert.equal(status(stranger), "503");
	});
});

describe("generated streams whose clients have left", () => {
	it("count for their address as long as they go on: it gets two more at most, and others get theirs", async () => {
		const ends: Deferred<undefined>[] = [];
		const { network } = serve(
			() =>
				new Response(
					(async function* () {
						yield "begun\n";
						ends.push(new Deferred<undefined>());
						await ends[ends.length - 1].promise;
						yield "ended\n";
					})(),
				),
		);
		const begin = async (address: string): Promise<Client> => {
			const client = network.connect(80, address).send(head("GET / HTTP/1.1"));
			await network.settle();
			return client;
		};
		const statuses: string[] = [];
		for (let i = 0; i < 4; i++) {
			const client = await begin(greedy);
			statuses.push(status(client));
			client.finish();
			await network.settle();
		}
		assert.deepEqual(statuses, ["200", "200", "503", "503"]);
		assert.equal(status(await begin(modest)), "200");
		ends[0].resolve(undefined);
		await network.settle();
		assert.equal(status(await begin(greedy)), "200");
		assert.equal(DEFAULT_LIMITS.reservedConnections, 3);
	});
});

describe('requests that wait for "100 Continue"', () => {
	it("take no places of handlers while as many handlers wait for content as may, and get it when their turn comes", async () => {
		const router = new Router().post("/", async (request) => new Response(await request.text()));
		router.get("/wait", async () => new Response("waited\n"));
		const { network } = serve(router);
		const expecting = Array.from({ length: 8 }, (_, i) =>
			network
				.connect(80, i < 7 ? greedy : third)
				.send(head("POST / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue")),
		);
		await network.settle();
		const other = network.connect(80, modest).send(wait);
		await network.settle();
		assert.equal(status(other), "200");
		const asked = (): Client[] => expecting.filter(({ text }) => text.includes("100 Continue"));
		const before = asked();
		assert.isBelow(before.length, 4);
		for (const client of before) client.send("whole");
		await network.settle();
		advance(DEFAULT_LIMITS.sweepInterval);
		await network.settle();
		assert.isAbove(asked().length, before.length);
	});
});

describe("a request that makes room for another before its response has begun", () => {
	it("gets a 503, and its connection goes on reading for a while, so that no reset overtakes that", async () => {
		const { network } = serve(
			new Router().post("/", async (request) => new Response(await request.text())),
			{ limits: { slots: 10_000 } },
		);
		network.halfClosing = true;
		const three = [1, 2, 3].map(() =>
			network.connect(80, greedy).send(head("POST / HTTP/1.1", "Content-Length: 9000") + "x".repeat(2_000)),
		);
		await network.settle();
		network.connect(80, modest).send(head("POST / HTTP/1.1", "Content-Length: 9000"));
		await network.settle();
		const refused = three.filter(({ text }) => text.startsWith("HTTP/1.1 503"));
		assert.lengthOf(refused, 1);
		assert.isFalse(refused[0].closed);
		assert.isTrue(refused[0].ended);
		refused[0].send("x".repeat(7_000));
		await network.settle();
		assert.isFalse(refused[0].wasReset);
		for (let time = 0; time <= DEFAULT_LIMITS.lingerTimeout; time += DEFAULT_LIMITS.sweepInterval)
			advance(DEFAULT_LIMITS.sweepInterval);
		assert.isTrue(refused[0].closed);
	});
});
