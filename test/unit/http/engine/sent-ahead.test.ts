import { assert } from "chai";
import { EventStream } from "yieldcam/http/event-stream";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { Client } from "../../support/memory-io.ts";
import { contentOf, Deferred, head, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

/** As much as the server reads ahead. */
const ahead = "x".repeat(2_048);
/** A head like a browser's. */
const browser = head("GET / HTTP/1.1", `Cookie: ${"c".repeat(900)}`);

function statuses(clients: readonly Client[]): string[] {
	return clients.map(({ text }) => text.slice(9, 12));
}

function connections(clients: readonly Client[]): number {
	return clients.filter(({ closed }) => !closed).length;
}

describe("content of a stream's request, which nobody reads", () => {
	it("makes room for other streams, and the streams go on", async () => {
		const { connect, network } = serve(() => new EventStream(() => {}).response);
		const watching = Array.from({ length: 5 }, () =>
			connect().send(head("GET / HTTP/1.1", "Content-Length: 12000") + ahead),
		);
		await network.settle();
		const other = network.connect(80, "192.0.2.9").send(browser);
		await network.settle();
		assert.deepEqual(statuses([...watching, other]), ["200", "200", "200", "200", "200", "200"]);
		assert.equal(connections(watching), 5);
	});

	it("does not take memory again when more of it arrives", async () => {
		const { connect, network } = serve(() => new EventStream(() => {}).response);
		const watching = Array.from({ length: 5 }, () =>
			connect().send(head("GET / HTTP/1.1", "Content-Length: 12000") + ahead),
		);
		await network.settle();
		for (let i = 1; i < 5; i++) {
			const other = network.connect(80, `192.0.2.${i}`).send(browser);
			await network.settle();
			assert.deepEqual(statuses([other]), ["200"]);
			for (const client of watching) client.send(ahead);
		}
	});

	it("stays for a body that reads it", async () => {
		const { connect, network } = serve(
			(request) =>
				new Response(
					(async function* () {
						yield await request.text();
					})(),
				),
		);
		const echoing = Array.from({ length: 3 }, () =>
			connect().send(head("POST / HTTP/1.1", "Content-Length: 3000") + ahead),
		);
		await network.settle();
		network.connect(80, "192.0.2.9").send(browser);
		await network.settle();
		for (const client of echoing) client.send("y".repeat(952));
		await network.settle();
		for (const { text } of echoing) assert.include(text, "xy");
	});
});

describe("the input of a WebSocket", () => {
	it("counts as memory of its stream: an address with most of that makes room", async () => {
		const protocol = (): Response =>
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
			);
		const { network } = serve(({ path }) => (path === "/chat" ? protocol() : new EventStream(() => {}).response), {
			limits: { slots: 100_000 },
		});
		const chatting = Array.from({ length: 5 }, () =>
			network.connect(80, "192.0.2.1").send(head("GET /chat HTTP/1.1", "Upgrade: test", "Connection: upgrade")),
		);
		await network.settle();
		for (const client of chatting) client.send(ahead);
		await network.settle();
		const others = [8, 9].map((i) => network.connect(80, `192.0.2.${i}`).send(browser));
		await network.settle();
		assert.deepEqual(statuses([...chatting, ...others]), ["101", "101", "101", "101", "101", "200", "200"]);
		assert.equal(connections(chatting), 4);
	});
});

/** A server whose only handler place is taken, and whose queue has room. */
function queueing() {
	const end = new Deferred<undefined>(),
		read: string[] = [];
	const router = new Router()
		.route("GET", "/", () => new Response("fine\n"))
		.route("GET", "/first", () => end.promise.then(() => new Response("first\n")))
		.route("GET", "/wait", async (request: Request) => {
			read.push(await request.text().catch((error: unknown) => String(error)));
			return new Response("waited\n");
		})
		.route("POST", "/wait", async (request) => new Response(await request.text()));
	const served = serve(router, { limits: { slots: 1_350 } });
	const send = (address: string, text: string): Client => served.network.connect(80, address).send(text);
	const several = (text: string): Client[] => Array.from({ length: 8 }, (_, i) => send(`192.0.2.${i + 1}`, text));
	return { ...served, end, read, send, several };
}

describe("content that was sent ahead of a request in the queue", () => {
	it("is given up by a GET, which stays in the queue, if the memory for heads is short", async () => {
		const { network, end, read, send, several } = queueing();
		send("192.0.2.99", head("GET /first HTTP/1.1"));
		// The router does not know yet that the route waits.
		send("192.0.2.99", head("GET /wait HTTP/1.1"));
		await network.settle();
		const queued = several(head("GET /wait HTTP/1.1", "Content-Length: 12000") + ahead);
		await network.settle();
		const other = send("192.0.2.50", browser);
		await network.settle();
		assert.deepEqual(statuses([other]), ["200"]);
		assert.equal(connections(queued), 8);
		end.resolve(undefined);
		for (let i = 0; i < 20; i++) {
			await network.settle();
			advance(10);
		}
		assert.include(read.join(), "Service Unavailable");
		assert.include(statuses(queued), "200");
		for (const { text } of queued) if (text.includes(" 200 ")) assert.include(text, "Connection: close");
	});

	it("makes room with the request of the largest, if it may mean something, and only for a smaller head", async () => {
		const { network, send, several } = queueing();
		send("192.0.2.99", head("GET /first HTTP/1.1"));
		await network.settle();
		const queued = several(head("POST /wait HTTP/1.1", `Content-Length: 12000`) + ahead);
		await network.settle();
		const other = send("192.0.2.50", browser);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		const refused = queued.filter(({ text }) => text.startsWith("HTTP/1.1 503"));
		assert.isAtLeast(refused.length, 1);
		assert.isBelow(refused.length, 8);
	});
});

describe("half heads", () => {
	it("that are begun again and again make room for a smaller one that came whole", async () => {
		const { network, connect } = serve(() => new Response("fine\n"));
		const half = "GET / HTTP/1.1\r\n" + `X: ${"y".repeat(900)}\r\n`.repeat(2) + "X: " + "y".repeat(200);
		const begun = Array.from({ length: 7 }, () => connect().send(half));
		const other = network.connect(80, "192.0.2.9").send(browser);
		await network.settle();
		assert.equal(contentOf(other.text), "fine\n");
		assert.isAtLeast(connections(begun), 5);
	});

	it("of a known address make room for strangers only if they are four times as large", async () => {
		const { network, connect } = serve({
			handle: (() => new Response("fine\n")) as never,
			suspicion: (address: string | undefined) => (address === "192.0.2.9" ? 0 : -1),
		} as never);
		const half = "GET / HTTP/1.1\r\n" + `X: ${"y".repeat(900)}\r\n`.repeat(2) + "X: " + "y".repeat(200);
		const begun = Array.from({ length: 7 }, () => connect().send(half));
		const large = network.connect(80, "192.0.2.9").send(browser);
		await network.settle();
		assert.deepEqual(statuses([large]), ["503"]);
		const small = network.connect(80, "192.0.2.9").send(head("GET / HTTP/1.1", `X: ${"c".repeat(400)}`));
		await network.settle();
		assert.equal(contentOf(small.text), "fine\n");
		assert.isAtLeast(connections(begun), 5);
	});
});
