import { assert } from "chai";
import { EventStream } from "yieldcam/http/event-stream";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { hasRoomForText } from "yieldcam/http/text-memory";
import { FakeMachine } from "../support/fake-machine.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

/** The least that must be free for a text. */
function needed(text: string): number {
	let most = 0,
		asked = false;
	hasRoomForText(new Uint8Array(ArrayBuffer.fromString(text)), (bytes) => {
		most = bytes;
		asked = true;
		return false;
	});
	return asked ? most : 0;
}

describe("the memory for a peer's text", () => {
	it("is that of the text, and of JSON that contains it, as text and as bytes", () => {
		assert.equal(needed("a".repeat(256)), 0);
		assert.equal(needed("a".repeat(1_000)), 3_000);
		assert.equal(needed('"'.repeat(1_000)), 5_000);
		assert.equal(needed("\\\t\r\n".repeat(250)), 5_000);
		assert.equal(needed("\x01".repeat(1_000)), 13_000);
		for (const text of ["a", "é", '"', "\\", "\t", "\n", "\x01", "\x1f", "\x7f"]) {
			const long = text.repeat(1_000),
				json = ArrayBuffer.fromString(JSON.stringify(long)).byteLength - 2;
			assert.equal(needed(long), ArrayBuffer.fromString(long).byteLength + 2 * json);
		}
	});

	function echo(machine: FakeMachine): Served {
		return serve(
			new Router().post("/", async (request) => Response.json(await request.text())),
			{ machine },
		);
	}

	const post = (content: string): string => head("POST / HTTP/1.1", `Content-Length: ${content.length}`) + content;

	it("must be free before a handler gets content as text", async () => {
		const machine = new FakeMachine(),
			{ ask } = echo(machine);
		machine.bytes = 64_000;
		assert.equal(contentOf(await ask(post("a".repeat(12_000)))).length, 12_002);
		assert.match(await ask(post("\x01".repeat(12_000))), /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n/s);
		assert.match(await ask(post("\x01".repeat(2_000))), /^HTTP\/1\.1 200 /);
	});

	it("must be free once for a large event, beside its text", async () => {
		const machine = new FakeMachine();
		const clients: EventStream[] = [];
		const { connect, network } = serve(
			() => {
				const client = new EventStream(() => {});
				clients.push(client);
				return client.response;
			},
			{ machine },
		);
		const listening = [connect(), connect()].map((client) => client.send(head("GET / HTTP/1.1")));
		await network.settle();
		machine.bytes = 16_000;
		EventStream.broadcast(clients, "said", "x".repeat(10_000));
		await network.settle();
		for (const client of listening) {
			assert.isFalse(client.closed);
			assert.match(client.text, /event: said\ndata: x{10000}\n\n/);
		}
	});
});
