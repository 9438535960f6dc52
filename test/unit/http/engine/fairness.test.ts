import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { FakeMachine } from "../../support/fake-machine.ts";
import type { Client } from "../../support/memory-io.ts";
import { Deferred, head, serve, type ServeOptions } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

const { headroomSlots, minimumRate, queueTimeout, streamSlots, sweepInterval } = DEFAULT_LIMITS;
const [greedy, modest] = ["192.0.2.1", "192.0.2.2"];

/** A server whose clients have addresses. */
function open(handler: (request: Request) => Response | Promise<Response>, options: ServeOptions = {}) {
	const router = new Router().route("GET", "/*", handler).route("POST", "/*", handler);
	const served = serve(router, options);
	const send = (address: string, text: string): Client => served.network.connect(80, address).send(text);
	return { ...served, send };
}

function status(client: Client): string {
	return client.text.slice(9, 12);
}

const post = (path: string, length: number) => head(`POST ${path} HTTP/1.1`, `Content-Length: ${length}`);

describe("content that is waited for", () => {
	const echo = async (request: Request) =>
		request.path === "/ignored" ? new Response("no\n", { status: 404 }) : new Response(await request.bytes());

	it("takes no place while no handler reads it", async () => {
		const { send, network } = open(echo);
		for (let i = 0; i < 5; i++) assert.equal(status(send(greedy, post("/ignored", 1_000))), "");
		await network.settle();
		const split = send(modest, post("/", 5));
		await network.settle();
		split.send("whole");
		await network.settle();
		assert.equal(status(split), "200");
	});

	it("makes room for that of another address if one address has all places", async () => {
		const { send, network } = open(echo);
		const three = [1, 2, 3].map(() => send(greedy, post("/", 1_000)));
		await network.settle();
		const split = send(modest, post("/", 3_000));
		await network.settle();
		assert.equal(three.filter(({ closed }) => closed).length, 1);
		split.send("x".repeat(3_000));
		await network.settle();
		assert.equal(status(split), "200");
	});

	it("needs no place if it is small, arrives soon, and all places are taken: its handler is called then", async () => {
		const called: string[] = [];
		const { send, network } = open(
			(request) => {
				called.push(request.target);
				return echo(request);
			},
			{ limits: { slots: 1_800 } },
		);
		const slow = ["192.0.2.3", "192.0.2.4", "192.0.2.5"].map((address) => send(address, post("/slow", 5_000)));
		await network.settle();
		for (const path of ["/first", "/second"]) {
			const split = send(modest, post(path, 2_048)).send("x".repeat(2_047));
			await network.settle();
			assert.notInclude(called, path);
			split.send("x");
			await network.settle();
			assert.equal(status(split), "200");
			assert.include(called, path);
		}
		assert.deepEqual(slow.map(status), ["", "", ""]);
	});

	it("waits up to two seconds for a place if it is large or chunked", async () => {
		for (const [request, rest] of [
			[post("/", 3_000), "x".repeat(3_000)],
			[head("POST / HTTP/1.1", "Transfer-Encoding: chunked"), "5\r\nwhole\r\n0\r\n\r\n"],
		] as const)
			for (const leaves of [false, true]) {
				const { send, network } = open(echo, { limits: { slots: 10_000 } });
				const others = ["192.0.2.3", "192.0.2.4", "192.0.2.5"].map((address) =>
					send(address, post("/", 9_000)),
				);
				await network.settle();
				const waits = send(modest, request);
				for (let time = 0; time <= queueTimeout; time += sweepInterval) {
					await network.settle();
					assert.equal(status(waits), "");
					if (leaves && time > 0) others[0].finish();
					else for (const other of others) other.send("x".repeat(minimumRate));
					advance(sweepInterval);
				}
				await network.settle();
				assert.equal(status(waits), leaves ? "" : "503");
				if (!leaves) continue;
				waits.send(rest);
				await network.settle();
				assert.equal(status(waits), "200");
			}
	});

	it("takes the place of one that trickles, at the next sweep", async () => {
		const { send, network } = open(echo, { limits: { slots: 10_000 } });
		const slow = ["192.0.2.3", "192.0.2.4", "192.0.2.5"].map((address) => send(address, post("/", 5_000)));
		await network.settle();
		const waits = send(modest, post("/", 3_000));
		await network.settle();
		for (let i = 0; i < 2; i++) {
			assert.isFalse(slow.some(({ closed }) => closed));
			for (const client of slow) client.send("x");
			advance(sweepInterval);
		}
		assert.isTrue(slow.some(({ closed }) => closed));
		waits.send("x".repeat(3_000));
		await network.settle();
		assert.equal(status(waits), "200");
	});

	it("is no longer waited for once its client has left", async () => {
		const { send, network } = open(echo, { limits: { contentWaiters: 0 } });
		for (let i = 0; i < 20; i++) {
			const held = send(modest, post("/", 5)).send("hell");
			await network.settle();
			held.finish();
			await network.settle();
			assert.equal(network.open, 0);
		}
	});

	it("makes no room for one more of the same address, or of one of several, while it has just begun", async () => {
		for (const addresses of [
			[greedy, greedy, greedy, greedy],
			["192.0.2.3", "192.0.2.4", "192.0.2.5", modest],
		]) {
			const { send, network } = open(echo, { limits: { slots: 10_000, queueTimeout: 0 } });
			const clients = addresses.map((address) => send(address, post("/", 5)));
			await network.settle();
			assert.deepEqual(clients.map(status), ["", "", "", "503"]);
			for (const client of clients) client.finish();
		}
	});

	it("makes room for any once little of it has arrived for a sweep", async () => {
		const { send, network } = open(echo, { limits: { slots: 10_000 } });
		const slow = ["192.0.2.3", "192.0.2.4", "192.0.2.5"].map((address) => send(address, post("/", 5_000)));
		await network.settle();
		advance(sweepInterval);
		slow[0].send("x".repeat(minimumRate));
		slow[1].send("x".repeat(minimumRate - 1));
		slow[2].send("x".repeat(minimumRate));
		advance(sweepInterval);
		const split = send(modest, post("/", 3_000));
		await network.settle();
		assert.deepEqual(
			slow.map(({ closed }) => closed),
			[false, true, false],
		);
		split.send("x".repeat(3_000));
		await network.settle();
		assert.equal(status(split), "200");
	});

	it("leaves memory for small content of others, however large it is", async () => {
		const { send, network } = open(echo, { limits: { slots: 10_000 } });
		const large = [1, 2].map(() => send(greedy, post("/", 12_288)).send("x".repeat(12_287)));
		await network.settle();
		assert.deepEqual(large.map(status), ["", "503"]);
		const split = send(modest, post("/", 1_024));
		await network.settle();
		split.send("x".repeat(1_024));
		await network.settle();
		assert.equal(status(split), "200");
	});

	it("makes room in its memory once nothing of it has arrived for a sweep", async () => {
		const { send, network } = open(echo, { limits: { slots: 10_000 } });
		const stalled = send(greedy, post("/", 12_288)).send("x".repeat(12_287));
		await network.settle();
		for (const closed of [false, true]) {
			const split = send(modest, post("/", 9_000));
			await network.settle();
			split.send("x".repeat(9_000));
			await network.settle();
			assert.equal(status(split), closed ? "200" : "503");
			assert.equal(stalled.closed, closed);
			advance(sweepInterval);
			advance(sweepInterval);
		}
	});

	it("gives back its memory once the handler has answered, whether or not the client takes the answer", async () => {
		const { send, network } = open(echo, { limits: { slots: 10_000 } });
		const first = network.connect(80, greedy).pause().send(post("/", 9_000));
		await network.settle();
		first.send("x".repeat(9_000));
		await network.settle();
		const second = send(modest, post("/", 9_000));
		await network.settle();
		second.send("x".repeat(9_000));
		await network.settle();
		assert.equal(status(second), "200");
	});
});

describe("a request for which no handler place is free", () => {
	/** A server with a route that answers when told to, and whose requests have waited once, so that this is known. */
	async function waiting({ limits, ...options }: ServeOptions = {}) {
		const late: Deferred<Response>[] = [];
		const paths: string[] = [];
		const served = open(
			(request) => {
				const answer = new Deferred<Response>();
				late.push(answer);
				paths.push(request.path);
				return answer.promise;
			},
			{ ...options, limits: { queued: 4, ...limits } },
		);
		const answer = async (): Promise<void> => {
			late.shift()!.resolve(new Response("done\n"));
			await served.network.settle();
		};
		served.send("192.0.2.9", head("GET /first HTTP/1.1"));
		await served.network.settle();
		await answer();
		const get = (address: string, path: string): Client => served.send(address, head(`GET ${path} HTTP/1.1`));
		return { ...served, get, answer, paths, late };
	}

	it("waits for its turn, and other addresses come before one that has slots already", async () => {
		const { get, answer, network, paths } = await waiting();
		const clients = ["/a", "/b", "/c", "/d"].map((path) => get(greedy, path));
		await network.settle();
		assert.deepEqual(paths, ["/first", "/a", "/b", "/c"], "one address gets three of five");
		const other = get(modest, "/other");
		await network.settle();
		assert.deepEqual(paths.slice(4), ["/other"], "the fourth slot is for others");
		for (let i = 0; i < 5; i++) await answer();
		assert.deepEqual(paths.slice(4), ["/other", "/d"]);
		assert.deepEqual([...clients, other].map(status), Array(5).fill("200"));
	});

	it("is refused after two seconds, and its handler is never called", async () => {
		const { get, network, paths } = await waiting();
		for (const path of ["/a", "/b", "/c"]) get(greedy, path);
		const fourth = get(greedy, "/d");
		await network.settle();
		advance(queueTimeout - sweepInterval);
		assert.equal(status(fourth), "");
		advance(2 * sweepInterval);
		await network.settle();
		assert.match(fourth.text, /^HTTP\/1\.1 503 .*Retry-After: 1/s);
		assert.notInclude(paths, "/d");
	});

	it("leaves the queue when its client disconnects", async () => {
		const { get, answer, network, paths } = await waiting();
		for (const path of ["/a", "/b", "/c"]) get(greedy, path);
		const fourth = get(greedy, "/d");
		get(greedy, "/e");
		await network.settle();
		fourth.finish();
		await network.settle();
		await answer();
		assert.deepEqual(paths.slice(4), ["/e"]);
	});

	it("gives way to one of an address with fewer in the queue, which holds four", async () => {
		const { get, network } = await waiting();
		for (const path of ["/a", "/b", "/c"]) get(greedy, path);
		const queued = ["/d", "/e", "/f", "/g"].map((path) => get(greedy, path));
		await network.settle();
		const fifth = get(greedy, "/h");
		await network.settle();
		assert.equal(status(fifth), "503");
		assert.deepEqual(queued.map(status), Array(4).fill(""));
		const other = get(modest, "/other");
		await network.settle();
		assert.equal(status(other), "");
		assert.deepEqual(queued.map(status), ["", "", "", "503"]);
	});

	it("leaves two places to requests that are answered at once, also if streams begin while it waits", async () => {
		async function* endless(): AsyncGenerator<Uint8Array> {
			for (;;) {
				yield new Uint8Array(10);
				await new Deferred<void>().promise;
			}
		}
		let first = true;
		const router = new Router()
			.get("/quick", () => new Response("quick\n"))
			.get("/stream", () => new Response(endless()))
			.get("/wait", async () => {
				if (!first) await new Deferred<void>().promise;
				first = false; // the router knows from now on that this route waits
				return new Response("waited\n");
			});
		const { ask, network } = serve(router, { limits: { connections: 9 } });
		await ask(head("GET /wait HTTP/1.1"));
		const send = (address: string, text: string): Client => network.connect(80, address).send(text);
		const from = (last: number, path: string): Client => send(`192.0.2.${last}`, head(`GET ${path} HTTP/1.1`));
		const streams = [11, 12, 13].map((last) => from(last, "/stream"));
		const waiting = [21, 22, 23, 24, 25].map((last) => from(last, "/wait"));
		await network.settle();
		assert.deepEqual(streams.map(status), ["200", "200", "200"]);
		const refused = waiting.filter((client) => status(client) === "503");
		assert.isAbove(refused.length, 0);
		const left = waiting.filter((client) => status(client) === "");
		assert.equal(streams.length + left.length, 7, "of nine places");
		for (const client of refused) client.finish();
		await network.settle();
		const fourth = from(14, "/stream");
		await network.settle();
		assert.equal(status(fourth), "200");
		assert.equal(left.filter((client) => status(client) === "").length, 3, "the newest has given way");
		assert.equal(status(from(31, "/quick")), "200");
		assert.equal(status(from(32, "/quick")), "200");
	});

	it("makes room for the connection of another address if its own has most, and places are short", async () => {
		const { get, send, network } = await waiting({ limits: { connections: 7 } });
		const many = ["/a", "/b", "/c", "/d", "/e"].map((path) => get(greedy, path));
		network.connect(80, "192.0.2.3");
		await network.settle();
		send(modest, head("GET /other HTTP/1.1"));
		await network.settle();
		assert.deepEqual(
			many.map(({ closed }) => closed),
			[false, false, false, true, false],
		);
	});

	it("may take the last place at once if its content came with it", async () => {
		const { get, send, network, paths } = await waiting();
		for (const [address, path] of [
			[greedy, "/a"],
			[greedy, "/b"],
			[greedy, "/c"],
			[modest, "/d"],
			["192.0.2.3", "/e"],
		])
			get(address, path);
		await network.settle();
		assert.notInclude(paths, "/e");
		send("192.0.2.4", post("/whole", 5) + "whole");
		await network.settle();
		assert.include(paths, "/whole");
	});

	it("keeps its slot counted for its address after its client has left", async () => {
		const { get, answer, network, paths } = await waiting();
		for (const path of ["/a", "/b", "/c"]) get(greedy, path).finish();
		await network.settle();
		get(greedy, "/d");
		await network.settle();
		assert.notInclude(paths, "/d");
		get(modest, "/other");
		await network.settle();
		await answer();
		assert.deepEqual(paths.slice(4), ["/other"]);
	});
});

describe("streams", () => {
	const stream = () => new Response({ pull: () => undefined, close() {} });

	it("of the address that has most make room for one of another, the newest first, until both have as many", async () => {
		const { send } = open(stream, { limits: { slots: 10_000 } });
		const many = Array.from({ length: 10 }, () => send(greedy, head("GET / HTTP/1.1")));
		assert.deepEqual(many.map(status), Array(10).fill("200"));
		assert.equal(status(send(greedy, head("GET / HTTP/1.1"))), "503", "not for one more of its own");
		for (let i = 1; i <= 5; i++) {
			assert.equal(status(send(modest, head("GET / HTTP/1.1"))), "200");
			assert.deepEqual(
				many.map(({ closed }) => closed),
				many.map((_, at) => at >= 10 - i),
			);
		}
		assert.equal(status(send(modest, head("GET / HTTP/1.1"))), "503");
	});

	it("of the address that has most make room if the heap has none for one of another", () => {
		const machine = new FakeMachine(),
			{ send } = open(stream, { limits: { slots: 10_000 }, machine }),
			get = head("GET / HTTP/1.1"),
			many = Array.from({ length: 7 }, () => send(greedy, get));
		machine.room = (slots) => slots < headroomSlots + streamSlots || many.some(({ closed }) => closed);
		assert.equal(status(send(greedy, get)), "503", "not for one more of its own");
		assert.equal(status(send(modest, get)), "200");
		assert.deepEqual(
			many.map(({ closed }) => closed),
			many.map((_, at) => at === 6),
		);
	});

	it("of an address keep their places if they are as many as a household has, also if the heap has no room", () => {
		const machine = new FakeMachine(),
			{ send } = open(stream, { limits: { slots: 10_000 }, machine }),
			get = head("GET / HTTP/1.1"),
			few = Array.from({ length: 4 }, () => send(greedy, get));
		machine.room = (slots) => slots < headroomSlots + streamSlots || few.some(({ closed }) => closed);
		assert.equal(status(send(modest, get)), "503");
		assert.isFalse(few.some(({ closed }) => closed));
	});

	it("of the address that has most make room if the budget of slots has none for one of another", () => {
		const { send } = open(stream, { limits: { slots: 1_150 } }),
			get = head("GET / HTTP/1.1"),
			many = Array.from({ length: 7 }, () => send(greedy, get));
		assert.deepEqual(many.map(status), Array(7).fill("200"));
		assert.equal(status(send(greedy, get)), "503");
		assert.equal(status(send(modest, get)), "200");
		assert.isTrue(many[6].closed);
	});

	it("find memory for their heads, however long those are", () => {
		const { send } = open(stream, { limits: { slots: 10_000, connections: 20, reservedConnections: 10 } });
		const fields = [..."abc"].map((name) => `${name}: ${"y".repeat(900)}`);
		const long = head("GET / HTTP/1.1", ...fields, `Cookie: ${"y".repeat(5_000)}`);
		for (let i = 0; i < 10; i++) assert.equal(status(send(`192.0.2.${20 + i}`, long)), "200");
	});
});

describe("responses that are not taken", () => {
	const large = () => new Response("x".repeat(8_000));

	it("make room after four looks if another needs their memory", async () => {
		const { network, send } = open(large, { limits: { slots: 10_000 } });
		const slow = ["192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"].map((address) =>
			network.connect(80, address).pause().send(head("GET / HTTP/1.1")),
		);
		network.run();
		assert.equal(status(send(modest, head("GET / HTTP/1.1"))), "503");
		advance(600);
		const next = send(modest, head("GET / HTTP/1.1"));
		assert.equal(status(next), "200");
		assert.equal(slow.filter(({ closed }) => closed).length, 1);
	});

	it("make room at once if one address has most of them", () => {
		const { network, send } = open(large, { limits: { slots: 10_000 } });
		const slow = [1, 2, 3, 4].map(() => network.connect(80, greedy).pause().send(head("GET / HTTP/1.1")));
		network.run();
		assert.equal(status(send(modest, head("GET / HTTP/1.1"))), "200");
		assert.equal(slow.filter(({ closed }) => closed).length, 1);
	});
});

describe("a handler that is async for all requests", () => {
	it("is called once there is a place for it, as one whose route is known to wait", async () => {
		const late: Deferred<Response>[] = [];
		const { network } = serve(() => {
			const answer = new Deferred<Response>();
			late.push(answer);
			return answer.promise;
		});
		const answered = async (clients: readonly Client[]): Promise<string[]> => {
			for (let turns = 0; turns < 20; turns++) {
				late.splice(0).forEach((answer) => answer.resolve(new Response("fine\n")));
				await network.settle();
				advance(10);
			}
			return clients.map(status);
		};
		const ask = (address: string): Client => network.connect(80, address).send(head("GET / HTTP/1.1"));
		for (let i = 0; i < 8; i++) assert.deepEqual(await answered([ask(greedy)]), ["200"], "one after the other");
		const together = [greedy, greedy, modest, greedy, modest, "192.0.2.3"].map(ask);
		assert.deepEqual(await answered(together), Array(6).fill("200"));
	});
});

describe("a handler that is async for requests that change something", () => {
	it("has done nothing for those that are refused", async () => {
		const late: Deferred<Response>[] = [];
		let orders = 0;
		const { network } = serve(
			(request) => {
				if (request.method === "GET") return new Response("fine\n");
				orders++;
				const answer = new Deferred<Response>();
				late.push(answer);
				return answer.promise;
			},
			{ limits: { queueTimeout: 0 } },
		);
		const ask = (address: string): Client => {
			network.connect(80, address).send(head("GET / HTTP/1.1"));
			return network.connect(80, address).send(head("POST / HTTP/1.1", "Content-Length: 5") + "order");
		};
		const clients = Array.from({ length: 6 }, (_, i) => ask(`192.0.2.${10 + i}`));
		await network.settle();
		advance(0);
		late.forEach((answer) => answer.resolve(new Response("placed\n")));
		await network.settle();
		const placed = clients.filter((client) => status(client) === "200").length;
		assert.isAbove(placed, 2);
		assert.isBelow(placed, 6);
		assert.equal(orders, placed);
	});
});

describe("heads that are begun again and again", () => {
	/** A head of that length, of which more is to come. */
	const half = (length: number): string => {
		const begin = "GET / HTTP/1.1\r\nHost: cam\r\n";
		const fields = ["A", "B", "C", "D"].map((name) => `${name}: ${"x".repeat(950)}\r\n`).join("");
		return (begin + fields).slice(0, length);
	};

	it("make room for a smaller one, however young they are, the largest and newest first", async () => {
		const { network, send } = open(() => new Response("fine\n"));
		const large = [11, 12, 13].map((last) => send(`192.0.2.${last}`, half(4_000)));
		const smaller = send("192.0.2.14", half(1_900));
		await network.settle();
		for (let i = 0; i < 3; i++) {
			const served = send(modest, head("GET / HTTP/1.1", `Cookie: ${"c".repeat(900)}`));
			await network.settle();
			assert.equal(status(served), "200");
			served.finish();
		}
		assert.deepEqual(
			[...large, smaller].map(({ closed }) => closed),
			[false, false, true, false],
		);
	});

	it("make no room for as large a one, except of a known client", async () => {
		const { network, send } = open(() => new Response("fine\n"));
		const known = send("192.0.2.9", head("GET / HTTP/1.1"));
		await network.settle();
		known.finish();
		await network.settle();
		advance(5_000);
		const large = [11, 12, 13].map((last) => send(`192.0.2.${last}`, half(4_000)));
		await network.settle();
		const whole = `GET / HTTP/1.1\r\nHost: cam\r\n${["A", "B", "C"].map((name) => `${name}: ${"x".repeat(900)}\r\n`).join("")}\r\n`;
		assert.equal(status(send(modest, whole)), "503");
		await network.settle();
		const served = send("192.0.2.9", whole);
		await network.settle();
		assert.equal(status(served), "200");
		assert.equal(large.filter(({ closed }) => closed).length, 1);
	});
});
