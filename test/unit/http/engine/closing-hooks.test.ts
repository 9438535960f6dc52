import { assert } from "chai";
import { LARGE } from "yieldcam/http/body";
import { EventStream } from "yieldcam/http/event-stream";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { FakeMachine } from "../../support/fake-machine.ts";
import { head, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

/** How deeply calls are nested, and how deeply they were at most. */
class Depth {
	#now = 0;
	most = 0;
	calls = 0;

	call(what: () => void): void {
		this.calls++;
		this.most = Math.max(this.most, ++this.#now);
		try {
			what();
		} finally {
			this.#now--;
		}
	}
}

describe("a hook for the end of a connection that finds other clients gone", () => {
	const GET = head("GET / HTTP/1.1");

	/** A program that tells all others when one has left. */
	function presence(depth: Depth): () => Response {
		const clients = new Set<EventStream>();
		return () => {
			const events: EventStream = new EventStream(() =>
				depth.call(() => {
					clients.delete(events);
					EventStream.broadcast([...clients], "left", String(clients.size));
				}),
			);
			clients.add(events);
			return events.response;
		};
	}

	it("returns before theirs run, so that any number may leave at once", async () => {
		const depth = new Depth();
		const { connect, network, log } = serve(presence(depth));
		const clients = Array.from({ length: 10 }, () => connect().send(GET));
		await network.settle();
		for (const client of clients) client.reset();
		clients[0].finish();
		await network.settle();
		assert.equal(depth.calls, 10);
		assert.equal(depth.most, 1);
		assert.equal(network.open, 0);
		assert.deepEqual(log, []);
	});

	it("frees memory that others hold, but nothing of the connection that has ended", async () => {
		const depth = new Depth(),
			machine = new FakeMachine(),
			clients = new Set<EventStream>(),
			data = "x".repeat(LARGE);
		const { connect, network } = serve(
			() => {
				const events: EventStream = new EventStream(() =>
					depth.call(() => {
						clients.delete(events);
						machine.bytes = 0;
						EventStream.broadcast([...clients], "left", data);
					}),
				);
				clients.add(events);
				return events.response;
			},
			{ machine, window: 100 },
		);
		const peers = Array.from({ length: 4 }, () => connect().send(GET).pause());
		await network.settle();
		EventStream.broadcast([...clients], "news", data);
		advance(1_000);
		advance(1_000);
		assert.equal(network.open, 4);
		peers[0].finish();
		await network.settle();
		assert.equal(network.open, 0);
		assert.deepEqual([depth.calls, depth.most], [4, 1]);
	});

	it("does not keep the others' from running if it throws", async () => {
		const calls: number[] = [];
		const { connect, network, log } = serve((request: Request) => {
			const number = calls.length;
			calls.push(0);
			request.onClose(() => {
				calls[number]++;
				throw new Error(`hook ${number}`);
			});
			return new Response({ pull: () => undefined, close() {} });
		});
		const clients = [1, 2, 3].map(() => connect().send(GET));
		await network.settle();
		for (const client of clients) client.finish();
		await network.settle();
		assert.deepEqual(calls, [1, 1, 1]);
		assert.lengthOf(log, 3);
	});
});
