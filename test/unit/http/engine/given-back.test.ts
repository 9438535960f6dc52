import { assert } from "chai";
import type { Limits } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import type { Client } from "../../support/memory-io.ts";
import { advance } from "../../support/time.ts";
import { Deferred, head, serve } from "../../support/serve.ts";

const large = `X: ${"y".repeat(900)}`;
const post = (path: string, length: number) => head(`POST ${path} HTTP/1.1`, `Content-Length: ${length}`);

/** A server with handlers of every kind, and more connections than any budget here admits. */
function open(limits: Partial<Limits>, window?: number) {
	const late: Deferred<Response>[] = [];
	const served = serve(
		(request: Request) => {
			switch (request.path) {
				case "/stream":
					return new Response({ pull: () => undefined, close() {} });
				case "/late": {
					const answer = new Deferred<Response>();
					late.push(answer);
					return answer.promise;
				}
				case "/echo":
					return request.bytes().then((bytes) => new Response(bytes));
				default:
					return new Response("hello\n");
			}
		},
		{ limits: { connections: 400, ...limits }, ...(window && { window }) },
	);
	const { connect, network } = served;

	async function ask(text: string, { reads = true } = {}): Promise<Client> {
		const client = reads ? connect() : connect().pause();
		client.send(text);
		await network.settle();
		advance(0); // after a refused handler, the server spends the rest of its turn on the refusal
		return client;
	}

	async function end(clients: readonly Client[]): Promise<void> {
		clients.forEach((client) => client.finish());
		late.splice(0).forEach((answer) => answer.resolve(new Response("late\n")));
		await network.settle();
		// The server waits a while for a client that was refused before it sent its whole request.
		advance(4_000);
		assert.equal(network.open, 0);
	}

	/** How many requests of a kind are admitted at once. Holds them until the given number of others is refused. */
	async function room(text: string, refusals: number): Promise<number> {
		const inside: Client[] = [];
		for (let refused = 0; refused < refusals;) {
			const client = await ask(text);
			if (client.text.startsWith("HTTP/1.1 503 ")) {
				client.finish();
				refused++;
			} else inside.push(client);
			assert.isBelow(inside.length, 40, "a limit is reached");
		}
		await end(inside);
		return inside.length;
	}

	return { ask, end, room, late, network };
}

const BUDGETS: [what: string, limits: Partial<Limits>, text: string][] = [
	["a stream without a free stream slot", { reservedConnections: 397 }, head("GET /stream HTTP/1.1")],
	["a stream without memory for its state", { slots: 900, reservedConnections: 380 }, head("GET /stream HTTP/1.1")],
	[
		"a stream without memory for its head",
		{ streamMemory: 2_900, reservedConnections: 380 },
		head("GET /stream HTTP/1.1", large),
	],
	["a handler without memory for its state", { slots: 1_400, queueTimeout: 0 }, head("GET /late HTTP/1.1")],
	["a handler without memory for its head", { headMemory: 2_900, slots: 100_000 }, head("GET /late HTTP/1.1", large)],
	["half a head without memory for it", { headMemory: 2_900 }, `GET / HTTP/1.1\r\n${large}`],
	["content without a free waiting slot", { contentWaiters: 3, slots: 100_000, queueTimeout: 0 }, post("/echo", 500)],
	[
		"content without memory for it",
		{ contentMemory: 2_900, contentWaiters: 30, slots: 100_000 },
		post("/echo", 900) + "x".repeat(899),
	],
];

describe("a server's capacity", () => {
	for (const [what, limits, text] of BUDGETS) {
		it(`is the same after any number of refusals of ${what}`, async () => {
			const { room } = open(limits);
			const first = await room(text, 1);
			assert.isAbove(first, 1);
			assert.equal(await room(text, 200), first);
			assert.equal(await room(text, 1), first);
		});

		it(`is the same after any requests were served: ${what}`, async () => {
			const { room, ask, end, late, network } = open(limits);
			const first = await room(text, 1);
			const small = 200;
			const requests = [
				"BAD\r\n",
				"GET / HTTP/1.1\r\nX: ",
				head("GET / HTTP/1.1"),
				head("GET / HTTP/1.1", large),
				head("HEAD /stream HTTP/1.1"),
				head("GET /stream HTTP/1.1"),
				head("GET /stream HTTP/1.1", large),
				head("GET /late HTTP/1.1"),
				head("GET /late HTTP/1.1", large),
				post("/echo", small) + "x".repeat(small),
				post("/echo", small) + "x".repeat(small) + head("GET /stream HTTP/1.1"),
				post("/echo", small) + "x",
				post("/echo", 99_999),
				post("/", small) + "x".repeat(small),
				post("/", small) + "x",
				post("/late", small) + "x".repeat(small),
				post("/late", small) + "x",
				head("POST /echo HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
				head("POST /echo HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabc\r\n",
				head("POST /echo HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabcd",
				head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabc\r\n",
			];
			for (const request of requests) {
				for (let round = 0; round < 12; round++) {
					const client = await ask(round % 2 ? request : request.slice(0, -1));
					// The client disconnects before its answer, or after it.
					if (round % 3 === 0) {
						client.finish();
						await end([]);
						continue;
					}
					if (round % 2 === 0) client.send(request.slice(-1));
					late.splice(0).forEach((answer) => answer.resolve(new Response("late\n")));
					await network.settle();
					await end([client]);
				}
			}
			assert.equal(await room(text, 1), first);
		});
	}

	it("is the same after a handler without a slot answers before its client has read the refusal", async () => {
		const { room, ask, end, late, network } = open({ slots: 1_400, headMemory: 20_000, queueTimeout: 0 }, 16);
		const partial = `GET / HTTP/1.1\r\n${large}`;
		const first = await room(partial, 1);
		for (let round = 0; round < 30; round++) {
			const inside = [
				await ask(head("GET /late HTTP/1.1")),
				await ask(head("GET /late HTTP/1.1")),
				await ask(head("GET /late HTTP/1.1")),
			];
			const refused = await ask(head("GET /late HTTP/1.1", large), { reads: false });
			assert.equal(refused.text, "HTTP/1.1 503 Ser");
			late.splice(0).forEach((answer) => answer.resolve(new Response("late\n")));
			await network.settle();
			await end([...inside, refused]);
		}
		assert.equal(await room(partial, 1), first);
	});

	for (const [what, limits, held, text] of [
		[
			"memory that handlers hold",
			{ slots: 1_400, reservedConnections: 380 },
			head("GET /late HTTP/1.1"),
			head("GET /stream HTTP/1.1"),
		],
		[
			"memory that a longer head holds",
			{ streamMemory: 2_900, reservedConnections: 380 },
			head("GET /stream HTTP/1.1", `X: ${"y".repeat(1_700)}`),
			head("GET /stream HTTP/1.1", large),
		],
	] as const) {
		it(`is the same after streams were refused for lack of ${what}`, async () => {
			const { room, ask, end } = open(limits);
			const first = await room(text, 1);
			const inside: Client[] = [];
			for (;;) {
				const client = await ask(held);
				inside.push(client);
				if (client.text.startsWith("HTTP/1.1 503 ")) break;
			}
			for (let streams = 0, refused = 0; refused < 60 && streams < 40;) {
				const client = await ask(text);
				if (client.text.startsWith("HTTP/1.1 503 ")) {
					client.finish();
					refused++;
				} else streams = inside.push(client);
			}
			await end(inside);
			assert.equal(await room(text, 1), first);
		});
	}

	it("is not taken by content that no handler asks for, however much it is", async () => {
		const { ask, end, network } = open({ contentMemory: 100, headMemory: 2_500 });
		const client = await ask(post("/", 9_000));
		assert.match(client.take(), /^HTTP\/1\.1 200 /);
		for (let i = 0; i < 9; i++) {
			client.send("x".repeat(1_000));
			await network.settle();
		}
		client.send(head("GET / HTTP/1.1"));
		await network.settle();
		assert.match(client.take(), /hello\n$/);
		await end([client]);
	});

	it("is not taken by a refused request: the next one on the same connection is served", async () => {
		const { ask, end, network } = open({ reservedConnections: 398 });
		const viewers = [await ask(head("GET /stream HTTP/1.1")), await ask(head("GET /stream HTTP/1.1"))];
		const refused = await ask(head("GET /stream HTTP/1.1"));
		for (let i = 0; i < 30; i++) {
			assert.match(refused.take(), /^HTTP\/1\.1 503 /);
			refused.send(head("GET /stream HTTP/1.1"));
			await network.settle();
		}
		viewers[0].finish();
		refused.take();
		refused.send(head("GET /stream HTTP/1.1"));
		await network.settle();
		assert.match(refused.take(), /^HTTP\/1\.1 200 /);
		const more = await ask(head("GET /stream HTTP/1.1"));
		assert.match(more.text, /^HTTP\/1\.1 503 /);
		await end([viewers[1], refused, more]);
	});
});
