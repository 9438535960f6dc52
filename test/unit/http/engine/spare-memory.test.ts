import { assert } from "chai";
import { EventStream } from "yieldcam/http/event-stream";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { contentOf, Deferred, head, serve, type Served } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

/** Field lines of about that many bytes, none of which is too long to be kept. */
function fields(bytes: number): string[] {
	const lines: string[] = [];
	for (let left = bytes; left > 0; left -= 1_000) lines.push(`X-${lines.length}: ${"v".repeat(Math.min(left, 990))}`);
	return lines;
}

const large = head("GET /sleep HTTP/1.1", ...fields(3_900)),
	quick = head("GET / HTTP/1.1", ...fields(3_000));
/** Bytes of the memory for heads that requests in these tests take. */
const HEAD_MEMORY = 14_336;

/** Handlers that wait until `end`, with what they read of their request then. */
function sleepers(): Served & { readonly end: Deferred<undefined>; readonly read: string[] } {
	const end = new Deferred<undefined>(),
		read: string[] = [];
	const served = serve(
		(request: Request) => {
			if (request.path !== "/sleep") return new Response("fine\n");
			return end.promise.then(async () => {
				try {
					read.push(request.headers.get("x-0") ?? "nothing", await request.text());
				} catch (error) {
					read.push(String(error));
					throw error;
				}
				return new Response("slept\n");
			});
		},
		// All may sleep at the same time.
		{ limits: { slots: 100_000, headMemory: HEAD_MEMORY } },
	);
	return { ...served, end, read };
}

function statuses(texts: readonly { text: string }[]): string[] {
	return texts.map(({ text }) => text.slice(9, 12));
}

describe("a request whose handler waits", () => {
	it("gives up header fields for another request if the memory for heads is short", async () => {
		const { connect, network, end, read } = sleepers();
		const asleep = Array.from({ length: 6 }, () => connect().send(large));
		const other = connect().send(quick);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		assert.deepEqual(statuses(asleep), ["", "", "", "", "", ""]);
		end.resolve(undefined);
		await network.settle();
		assert.include(read.join("\n"), "x-0 is too long");
		assert.include(statuses(asleep), "431");
	});

	it("keeps them if the memory is sufficient", async () => {
		const { connect, network, end, read } = sleepers();
		const asleep = Array.from({ length: 3 }, () => connect().send(large));
		await network.settle();
		end.resolve(undefined);
		await network.settle();
		assert.deepEqual(statuses(asleep), ["200", "200", "200"]);
		assert.deepEqual(
			read.map((value) => value.length),
			[990, 0, 990, 0, 990, 0],
		);
	});

	it("gives up what its client has sent ahead, and then its connection", async () => {
		const { connect, network, end } = sleepers();
		const short = head("GET /sleep HTTP/1.1");
		const ahead = Array.from({ length: 8 }, () =>
			connect().send(short + "GET /next HTTP/1.1\r\nX: " + "y".repeat(2_000)),
		);
		const other = connect().send(quick);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		end.resolve(undefined);
		await network.settle();
		assert.deepEqual([...new Set(statuses(ahead))], ["200"]);
		assert.isNotEmpty(ahead.filter(({ text }) => text.includes("\r\nConnection: close\r\n")));
	});

	it("gives up content that the handler has not asked for", async () => {
		const { connect, network, end } = sleepers();
		const post = head("POST /sleep HTTP/1.1", "Content-Length: 12000");
		const asleep = Array.from({ length: 8 }, () => connect().send(post + "y".repeat(2_000)));
		const other = connect().send(quick);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		end.resolve(undefined);
		await network.settle();
		assert.include(statuses(asleep), "503");
	});

	it("keeps little of its head once its client has disconnected", async () => {
		const { connect, network, end } = sleepers();
		for (let i = 0; i < 6; i++) {
			connect().send(large).reset();
			await network.settle();
		}
		const other = connect().send(quick);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		end.resolve(undefined);
		await network.settle();
		// All of the memory is free again.
		const after = Array.from({ length: 3 }, () => connect().send(large));
		await network.settle();
		assert.deepEqual(statuses(after), ["200", "200", "200"]);
	});

	it("whose field names alone are too long makes room with its connection", async () => {
		const { connect, network } = sleepers();
		const names = Array.from({ length: 4 }, (_, i) => `X-${i}-${"n".repeat(950)}: v`);
		const asleep = Array.from({ length: 6 }, () => connect().send(head("GET /sleep HTTP/1.1", ...names)));
		const other = connect().send(quick);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		assert.isNotEmpty(asleep.filter(({ closed }) => closed));
	});
});

describe("a request that was refused although its handler goes on", () => {
	for (const [what, lines] of [
		["a large head", fields(3_900)],
		["long names of fields", Array.from({ length: 3 }, (_, i) => `X-${i}-${"n".repeat(950)}: v`)],
	] as const)
		it(`holds no more than others, with ${what}, and its client may leave or stay`, async () => {
			const end = new Deferred<undefined>();
			const { connect, network } = serve(
				(request) =>
					request.path === "/sleep"
						? end.promise.then(() => new Response("slept\n"))
						: new Response("fine\n"),
				{ limits: { slots: 0, queueTimeout: 0, headMemory: 9_000 } },
			);
			const sleep = head("GET /sleep HTTP/1.1", ...lines);
			const gone = connect().send(sleep);
			await network.settle();
			assert.match(gone.text, /^HTTP\/1\.1 503 /);
			gone.finish();
			// This one does not take its response.
			connect().pause().send(sleep);
			await network.settle();
			for (let i = 0; i < 3; i++) {
				const other = connect().send(head("GET / HTTP/1.1", ...fields(3_900)));
				await network.settle();
				assert.equal(contentOf(other.text), "fine\n");
			}
			end.resolve(undefined);
			await network.settle();
		});
});

describe("content that came whole", () => {
	it("stays with a request in the queue, whatever heads others begin", async () => {
		const first = new Deferred<undefined>();
		const { connect, network } = serve(
			async (request) => {
				if (request.path === "/first") await first.promise;
				return new Response(await request.text());
			},
			{ limits: { slots: 900, headMemory: 4_000 } },
		);
		const asleep = connect().send(head("GET /first HTTP/1.1"));
		await network.settle();
		const queued = connect().send(head("POST / HTTP/1.1", "Content-Length: 300") + "c".repeat(300));
		await network.settle();
		for (let i = 0; i < 6; i++) connect().send(head("GET / HTTP/1.1", ...fields(3_000)).slice(0, -2));
		await network.settle();
		first.resolve(undefined);
		await network.settle();
		advance(50);
		await network.settle();
		assert.deepEqual(statuses([asleep, queued]), ["200", "200"]);
		assert.equal(contentOf(queued.text), "c".repeat(300));
	});
});

describe("a stream", () => {
	it("gives up what its client has sent ahead, if others need the memory of streams", async () => {
		const { connect, network } = serve(() => new EventStream(() => {}).response);
		const watch = head("GET / HTTP/1.1", ...fields(900));
		const watching = Array.from({ length: 4 }, () =>
			connect().send(watch + "GET /next HTTP/1.1\r\nX: " + "y".repeat(2_000)),
		);
		await network.settle();
		const last = connect().send(watch);
		await network.settle();
		assert.deepEqual(statuses([...watching, last]), ["200", "200", "200", "200", "200"]);
		assert.deepEqual(
			watching.filter(({ closed }) => closed),
			[],
		);
	});

	it("begins even if there is no memory for what its client has sent ahead", async () => {
		const { connect, network } = serve(() => new EventStream(() => {}).response, {
			limits: { streamMemory: 2_048 },
		});
		const ahead = connect().send(head("GET / HTTP/1.1") + "GET /next HTTP/1.1\r\nX: " + "y".repeat(2_040));
		await network.settle();
		assert.deepEqual(statuses([ahead]), ["200"]);
		assert.equal(DEFAULT_LIMITS.readAhead, 2_048);
	});
});
