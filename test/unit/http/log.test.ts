import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { FakeMachine } from "../support/fake-machine.ts";
import { Deferred, head, serve } from "../support/serve.ts";
import { advance } from "../support/time.ts";

const get = head("GET / HTTP/1.1");

describe("the server's log", () => {
	it("has a line each time the heap grows into its reserve, even by one byte, and none while it stays there", () => {
		const machine = new FakeMachine();
		const { connect, log } = serve(() => new Response("fine\n"), { machine });
		connect().send(get);
		const lines = [0, 1, 1, 5_000, 0, 0, 7].map((reserved) => {
			machine.reserved = reserved;
			advance(DEFAULT_LIMITS.sweepInterval);
			return log.length;
		});
		assert.deepEqual(lines, [0, 1, 1, 1, 1, 1, 2]);
		assert.match(log[0], /^http: .*\b1 bytes$/);
		assert.match(log[1], /\b7 bytes$/);
	});

	it("has a line for an error that has no text", async () => {
		const { ask, log } = serve(() => {
			throw Object.create(null);
		});
		assert.match(await ask(get), /^HTTP\/1\.1 500 /);
		assert.lengthOf(log, 1);
		assert.match(log[0], /^GET \/: ./);
	});

	for (const [what, name, lines] of [
		["has no line for a handler that gives up", "AbortError", 0],
		["has a line for another error of a handler", "TypeError", 1],
	] as const)
		it(`${what} after its client has disconnected`, async () => {
			const end = new Deferred<Response>(),
				error = Object.assign(new Error("no frame"), { name });
			const { connect, log, network } = serve(() => end.promise);
			const client = connect().send(get);
			await network.settle();
			client.finish();
			await network.settle();
			end.reject(error);
			await network.settle();
			assert.lengthOf(log, lines);
		});

	it("has a line for an AbortError that has another reason than the client", async () => {
		const { ask, log } = serve(async () => {
			throw Object.assign(new Error("no frame"), { name: "AbortError" });
		});
		assert.match(await ask(get), /^HTTP\/1\.1 500 /);
		assert.lengthOf(log, 1);
	});

	it("stays empty if a router, which suspects no address, gets more clients than there are connections", () => {
		const { connect, log } = serve(
			new Router().get("/", () => new Response("fine\n")),
			{ limits: { connections: 1 } },
		);
		for (let i = 0; i < 3; i++) assert.match(connect().send(get).text, /fine\n$/);
		assert.deepEqual(log, []);
	});
});
