import { assert } from "chai";
import { Agent, request } from "node:http";
import { once } from "node:events";
import { WebSocket } from "ws";
import { Simulator } from "../support/simulator.ts";
import { freshName } from "./bytes.ts";

/** A client that uses a new name in each message, such as a timestamp, reaches this count in a day or a year. */
const count = Number(process.env["YIELDCAM_HOSTILE_NAMES"] ?? 20_000);
/** In one request or message: a name takes two of the values that it may have. */
const TOGETHER = 200;
/** How much more the heap may hold after all of them than after the first few. */
const MORE_SLOTS = 64,
	MORE_CHUNKS = 2_048;

function object(): string {
	return `{"brightness":0${Array.from({ length: TOGETHER }, () => `,"${freshName(8)}":0`).join("")}}`;
}

describe(`${count.toLocaleString("en")} names that were never used before`, function () {
	this.timeout(60_000 + count * 2);
	let simulator: Simulator;
	let close = () => {};

	afterEach(async () => {
		close();
		await simulator?.stop().catch(() => {}); // a failed test has reported why
	});

	/** Sends them all, and checks that the heap is the same after the first few requests and after all of them. */
	async function sendAll(exchange: (object: string) => Promise<number>, expected: number): Promise<void> {
		for (let i = 0; i < 5; i++) assert.equal(await exchange(object()), expected);
		const before = await simulator.report();
		for (let sent = 0; sent < count; sent += TOGETHER)
			assert.equal(
				await exchange(object()).catch((error: Error) => error.message),
				expected,
				`after ${sent} names: ${simulator.errors.split("\n").at(-2)}`,
			);
		const after = await simulator.report();
		assert.isAtMost(after.slots - before.slots, MORE_SLOTS, "slots");
		assert.isAtMost(after.chunks - before.chunks, MORE_CHUNKS, "bytes of chunks");
	}

	function over(method: string, path: string): (content: string) => Promise<number> {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		close = () => agent.destroy();
		return (content) =>
			new Promise((resolve, reject) => {
				request(
					simulator.url + path,
					{
						method,
						agent,
						headers: { "Content-Type": "application/json", "Content-Length": content.length },
					},
					(response) => response.resume().on("end", () => resolve(response.statusCode!)),
				)
					.on("error", reject)
					.end(content);
			});
	}

	for (const [method, path] of [
		["PATCH", "/api/camera"],
		["PUT", "/api/settings"],
		["PUT", "/api/access"],
	] as const) {
		it(`in ${method} ${path}`, async () => {
			simulator = await Simulator.start();
			await sendAll(over(method, path), 422);
		});
	}

	it("in POST /drive of the example robot", async () => {
		simulator = await Simulator.start(["examples/robot"]);
		await sendAll(over("POST", "/drive"), 422);
	});

	it("in messages of the example robot's WebSocket", async () => {
		simulator = await Simulator.start(["examples/robot"]);
		const socket = new WebSocket(`${simulator.url.replace("http", "ws")}/drive`);
		await once(socket, "open");
		close = () => socket.terminate();
		const closed = once(socket, "close");
		await sendAll(async (content) => {
			socket.send(`{"forward":0,"turn":0,"more":${content}}`);
			const [answer] = (await Promise.race([once(socket, "message"), closed])) as [unknown];
			return typeof answer === "number" ? answer : 200; // a number is the reason why it was closed
		}, 200);
	});
});
