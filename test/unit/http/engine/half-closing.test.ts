import { assert } from "chai";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { Response } from "yieldcam/http/response";
import { head, type Served, serve } from "../../support/serve.ts";
import { advance } from "../../support/time.ts";

const { idleTimeout, headTimeout, lingerTimeout, sweepInterval } = DEFAULT_LIMITS;
const get = head("GET / HTTP/1.1");

/** A server whose sockets can shut down their write side, and be reset. */
function open(body: () => Response = () => new Response("hello\n")): Served {
	const served = serve(body);
	served.network.halfClosing = true;
	return served;
}

describe("a server whose sockets can be half-closed", () => {
	it("shuts down its write side after the last response, and closes when its client does", () => {
		const { connect, network } = open();
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close"));
		assert.match(client.text, /hello\n$/);
		assert.isTrue(client.ended);
		assert.isFalse(client.closed);
		client.finish();
		assert.isTrue(client.closed);
		assert.isFalse(client.wasReset);
		assert.equal(network.open, 0);
	});

	it("resets a client that does not close in time, and discards what it sends until then", () => {
		const { connect } = open();
		const client = connect().send(head("GET / HTTP/1.1", "Connection: close"));
		client.send("x".repeat(9_000));
		assert.equal(client.unread, 0);
		advance(lingerTimeout - 1);
		assert.isFalse(client.closed);
		advance(sweepInterval + 1);
		assert.isTrue(client.wasReset);
	});

	it("shuts down its write side for a client that asks for nothing more, and serves none of its later requests", () => {
		const { connect } = open();
		const client = connect().send(get);
		client.take();
		advance(idleTimeout + sweepInterval);
		assert.isTrue(client.ended);
		assert.isFalse(client.closed);
		client.send(get);
		assert.equal(client.take(), "");
		advance(lingerTimeout + sweepInterval);
		assert.isTrue(client.wasReset);
	});

	it("resets a client that never sent anything, and closes one that sent only empty lines", () => {
		for (const [text, wasReset] of [
			["", true],
			["\r\n", false],
		] as const) {
			const { connect } = open();
			const client = connect();
			client.send(text);
			advance(headTimeout + sweepInterval);
			assert.isTrue(client.closed);
			assert.equal(client.wasReset, wasReset);
			assert.isFalse(client.ended);
		}
	});

	it("aborts a body that fails, without an end that would make it look complete", () => {
		const { connect } = open(
			() =>
				new Response(
					{
						pull() {
							throw new Error("no camera");
						},
						close() {},
					},
					{ framing: "close" },
				),
		);
		const client = connect().send(get);
		assert.isTrue(client.closed);
		assert.isFalse(client.ended);
	});
});
