import { assert } from "chai";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { latin1 } from "../support/latin1.ts";
import { head, type Served, serve } from "../support/serve.ts";
import { advance } from "../support/time.ts";

const LIMITS = { upload: 100_000 };

interface Receiver {
	readonly served: Served;
	/** What has been taken. */
	readonly taken: () => string;
	/** How long each block was. */
	readonly blocks: number[];
	/** Whether the next blocks are to be the last for a while. */
	hold: boolean;
	request: Request | undefined;
	failure: unknown;
}

function receiver(take?: (block: Uint8Array) => boolean): Receiver {
	const blocks: number[] = [];
	let text = "";
	const own: Receiver = {
		served: serve(
			(request) => {
				own.request = request;
				return request
					.receive((block) => {
						blocks.push(block.length);
						text += latin1(block);
						return take?.(block) ?? !own.hold;
					})
					.then(
						() => new Response(`${text.length}\n`),
						(error) => {
							own.failure = error;
							throw error;
						},
					);
			},
			{ limits: LIMITS },
		),
		taken: () => text,
		blocks,
		hold: false,
		request: undefined,
		failure: undefined,
	};
	return own;
}

const put = (length: number, method = "PUT") => head(`${method} /file HTTP/1.1`, `Content-Length: ${length}`);

describe("content that is taken in blocks", () => {
	it("comes in order and whole, in blocks of the read-ahead, and may be larger than the heap's limit for content", async () => {
		const own = receiver();
		const content = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(5, "0")).join("");
		assert.match(await own.served.ask(put(content.length) + content), /^HTTP\/1.1 200 .*\r\n\r\n50000\n$/s);
		assert.equal(own.taken(), content);
		assert.isAtMost(Math.max(...own.blocks), 2_048);
	});

	it("may arrive with the head, and may be empty", async () => {
		const own = receiver();
		assert.match(await own.served.ask(put(5) + "hello"), /\r\n\r\n5\n$/);
		assert.match(await own.served.ask(put(0)), /\r\n\r\n5\n$/);
		assert.deepEqual(own.blocks, [5]);
	});

	it("is not taken while the handler holds it, and goes on after that", async () => {
		const own = receiver();
		own.hold = true;
		const client = own.served.connect().send(put(6_000) + "a".repeat(6_000));
		await own.served.network.settle();
		assert.lengthOf(own.blocks, 1);
		const count = own.blocks[0];
		assert.equal(own.request!.contentLength, 6_000 - count);
		own.request!.resume();
		await own.served.network.settle();
		assert.lengthOf(own.blocks, 2);
		own.hold = false;
		own.request!.resume();
		await own.served.network.settle();
		assert.match(client.text, /\r\n\r\n6000\n$/);
	});

	it("may take as long as it gets on, and no longer", async () => {
		const own = receiver();
		const client = own.served.connect().send(put(60_000));
		await own.served.network.settle();
		for (let second = 0; second < 25; second++) {
			client.send("b".repeat(1_000));
			await own.served.network.settle();
			advance(1_000);
			await own.served.network.settle();
		}
		assert.equal(own.taken().length, 25_000);
		assert.equal(client.text, "");
		for (let second = 0; second < 14; second++) {
			advance(1_000);
			await own.served.network.settle();
		}
		assert.match(client.text, /^HTTP\/1.1 408 /);
	});

	it("is not given up while the handler holds it", async () => {
		const own = receiver();
		own.hold = true;
		const client = own.served.connect().send(put(4_000) + "c".repeat(4_000));
		for (let second = 0; second < 30; second++) {
			advance(1_000);
			await own.served.network.settle();
		}
		assert.equal(client.text, "");
		own.hold = false;
		own.request!.resume();
		await own.served.network.settle();
		assert.match(client.text, /\r\n\r\n4000\n$/);
	});

	it("has a limit of its own, for PUT alone, and is refused before the handler is called", async () => {
		const own = receiver();
		assert.match(await own.served.ask(put(100_001)), /^HTTP\/1.1 413 .*100000 bytes/s);
		assert.match(await own.served.ask(put(12_289, "POST")), /^HTTP\/1.1 413 .*12288 bytes/s);
		assert.isUndefined(own.request);
	});

	it("becomes an error if the handler reads it as a whole instead", async () => {
		const served = serve(async (request) => new Response(await request.bytes()), { limits: LIMITS });
		assert.match(await served.ask(put(20_000) + "d".repeat(20_000)), /^HTTP\/1.1 413 .*12288 bytes/s);
	});

	it("ends with what the handler throws", async () => {
		const own = receiver(() => {
			throw new RangeError("no");
		});
		assert.match(await own.served.ask(put(3) + "abc"), /^HTTP\/1.1 500 /);
		assert.instanceOf(own.failure, RangeError);
	});

	it("ends with its client", async () => {
		const own = receiver();
		const client = own.served.connect().send(put(5_000) + "e".repeat(100));
		await own.served.network.settle();
		client.finish();
		await own.served.network.settle();
		assert.equal((own.failure as { status?: number }).status, 400);
		assert.equal(own.taken().length, 100);
	});
});
