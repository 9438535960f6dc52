import { assert } from "chai";
import { once } from "node:events";
import { connect } from "node:net";
import { Simulator } from "../support/simulator.ts";

/** The time that a client without an answer waits. */
const PATIENCE_MS = 8_000;

/** Sends a request and closes the sending half, as `nc -N` does. Resolves to all that comes before the connection ends. */
async function ask(port: number, request: string, { until = Infinity } = {}): Promise<Buffer> {
	const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
	const received: Buffer[] = [];
	let length = 0;
	socket.on("data", (piece) => {
		received.push(piece);
		length += piece.length;
		if (length >= until) socket.destroy();
	});
	socket.on("error", () => {});
	const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
	socket.end(request);
	await once(socket, "close");
	clearTimeout(timer);
	return Buffer.concat(received);
}

describe("a client that closes its sending half after its request", () => {
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["--frame-size", "QVGA"]);
	});

	after(() => simulator?.stop());

	const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

	for (const [path, start] of [
		["/capture", [0xff, 0xd8, 0xff]],
		["/?action=snapshot", [0xff, 0xd8, 0xff]],
		["/bmp", [0x42, 0x4d]],
		["/status", [0x7b]],
		["/", []],
	] as const) {
		it(`gets the whole answer: ${path}`, async () => {
			for (let i = 0; i < 5; i++) {
				const answer = await ask(simulator.port, get(path));
				const end = answer.indexOf("\r\n\r\n");
				const head = answer.subarray(0, end).toString();
				assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
				const content = answer.subarray(end + 4);
				assert.deepEqual([...content.subarray(0, start.length)], [...start]);
				assert.equal(content.length, Number(/Content-Length: (\d+)/.exec(head)![1]));
			}
		});
	}

	it("gets two answers to two requests", async () => {
		const text = (await ask(simulator.port, get("/status") + get("/status"))).toString();
		assert.lengthOf(text.match(/HTTP\/1\.1 200 OK/g)!, 2);
	});

	it("gets frames", async () => {
		const answer = await ask(simulator.port, get("/stream"), { until: 200_000 });
		assert.isAtLeast(answer.length, 200_000);
	});

	it("gets an error for what is not HTTP", async () => {
		assert.match((await ask(simulator.port, "hello\r\n\r\n")).toString(), /^HTTP\/1\.1 400 /);
	});

	for (const [what, request] of [
		[
			"shorter than its length",
			`PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{"quality":`,
		],
		[
			"none of it",
			`PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n`,
		],
		[
			"without its last chunk",
			`PATCH /api/camera HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
		],
	] as const)
		it(`gets 400 for content that ends too soon: ${what}`, async () => {
			for (let i = 0; i < 5; i++)
				assert.match(
					(await ask(simulator.port, request)).toString(),
					/^HTTP\/1\.1 400 [^]*the content is incomplete/,
				);
		});

	it("leaves nothing behind", async () => {
		await Promise.all(Array.from({ length: 6 }, () => ask(simulator.port, get("/stream"), { until: 20_000 })));
		await simulator.idle(200);
	});
});
