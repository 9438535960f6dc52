import { assert } from "chai";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { type LoadOptions, type LoadResult, runLoad } from "../../bench/load.ts";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { retryInRealTime } from "../support/real-time.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NO_FAULTS = { refused: 0, ended: 0, broken: 0, misplaced: 0 };
const FPS = 25;

describe("the benchmark's load generator", function () {
	retryInRealTime(this);
	const folder = temporaryFolder();
	const jpegs = Array.from({ length: 5 }, (_, index) => drawJpeg(160 + 16 * index, 120, "olive"));
	const stop: (() => Promise<unknown>)[] = [];

	before(() => {
		for (const [index, jpeg] of jpegs.entries()) writeFileSync(join(folder.path, `${index}.jpg`), jpeg);
	});

	afterEach(async () => {
		for (const end of stop.splice(0)) await end();
	});

	/** Sends each viewer ten of the given parts, 20 ms apart, and nothing after them. */
	async function serve(
		part: (index: number, jpeg: Buffer) => Buffer | string,
		{ last = "", chunked = true } = {},
	): Promise<number> {
		const server = createServer((request, response) => {
			if (request.url !== "/stream") {
				response.writeHead(request.url === "/status" ? 200 : 404).end("{}");
				return;
			}
			response.useChunkedEncodingByDefault = chunked;
			response.writeHead(200, { "Content-Type": `multipart/x-mixed-replace; boundary="frame"` });
			let index = 0;
			const timer = setInterval(() => {
				response.write("--frame\r\n");
				response.write(part(index, jpegs[index % jpegs.length]));
				if (++index === 10) {
					clearInterval(timer);
					if (last) response.end(last);
				}
			}, 20);
			response.on("close", () => clearInterval(timer));
		});
		return listen(server);
	}

	async function listen(server: Server): Promise<number> {
		const sockets = new Set<Socket>();
		server.on("connection", (socket: Socket) => sockets.add(socket));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		stop.push(async () => {
			server.close();
			for (const socket of sockets) socket.destroy();
		});
		return (server.address() as AddressInfo).port;
	}

	function watch(port: number, options: Partial<LoadOptions> = {}): Promise<LoadResult> {
		return runLoad({ port, viewers: 1, quiet: 0.2, frames: folder.path, ...options });
	}

	const head = (length: number | string) => `Content-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;
	const part = (jpeg: Buffer, length = jpeg.length) =>
		Buffer.concat([Buffer.from(head(length)), jpeg, Buffer.from("\r\n")]);

	it("counts the simulator's frames, each whole, at its rate, and how late they are", async () => {
		const simulator = await Simulator.start(["--frames", folder.path, "--fps", String(FPS)]);
		stop.push(() => simulator.stop());
		const { uptime } = (await (await fetch(`${simulator.url}/api/state`)).json()) as { uptime: number };
		const result = await runLoad({
			port: simulator.port,
			viewers: 4,
			stalled: 2,
			quiet: 1,
			asked: 1,
			frames: folder.path,
			processes: [simulator.process.pid!],
			clockOffset: Math.round(Number(process.hrtime.bigint()) / 1000 - uptime * 1e6),
		});
		assert.isTrue(result.ready);
		assert.deepEqual(result.faults, NO_FAULTS);
		for (const watched of [result.quiet, result.asked!]) {
			assert.closeTo(watched.frames / 2 / watched.seconds, FPS, 5);
			assert.isAtLeast(watched.rates!.least, 20);
			assert.strictEqual(watched.latency!.count, watched.frames);
			assert.isAbove(watched.largestGap, 1e6 / FPS / 2);
			assert.isAbove(watched.processorTime.server, 0);
			assert.isAtMost(watched.processorTime.mainThreads, watched.processorTime.server);
			assert.isAbove(watched.processorTime.load, 0);
		}
		// One request is enough to know the clock to within some milliseconds.
		assert.isBelow(Math.abs(result.quiet.latency!.p50), 1e6);
		assert.deepInclude(result.status, { asked: 39, failed: 0, unanswered: 0 });
		assert.lengthOf(result.status!.times, 39);
		assert.isAbove(Math.min(...result.status!.times), 0);
	});

	for (const chunked of [true, false])
		it(`reads parts of the right length ${chunked ? "in chunks" : "up to the connection's end"}`, async () => {
			const port = await serve((_, jpeg) => part(jpeg), { chunked });
			const result = await watch(port);
			assert.deepEqual(result.faults, NO_FAULTS);
			assert.strictEqual(result.framesInAll, 10);
		});

	it("finds the end of parts without a length", async () => {
		const port = await serve((_, jpeg) =>
			Buffer.concat([Buffer.from("Content-Type: image/jpeg\r\n\r\n"), jpeg, Buffer.from("\r\n")]),
		);
		const result = await watch(port);
		assert.deepEqual(result.faults, NO_FAULTS);
		// The last one's end is unknown: no delimiter follows it.
		assert.strictEqual(result.framesInAll, 9);
	});

	it("reports a truncated frame, and continues after it", async () => {
		const port = await serve((index, jpeg) => part(index === 4 ? jpeg.subarray(0, -100) : jpeg));
		// Its length is that of the sent data: complete by its length, and not a whole JPEG.
		for (const frames of [folder.path, undefined]) {
			const result = await watch(port, { frames });
			assert.deepEqual(result.faults, { ...NO_FAULTS, broken: 1 });
			assert.strictEqual(result.framesInAll, 9);
		}
	});

	it("reports a frame that differs from those that are served", async () => {
		const port = await serve((index, jpeg) => {
			const other = Buffer.from(jpeg);
			other[jpeg.length >> 1] ^= 1;
			return part(index === 4 ? other : jpeg);
		});
		assert.deepEqual((await watch(port)).faults, { ...NO_FAULTS, broken: 1 });
		assert.deepEqual((await watch(port, { frames: undefined })).faults, NO_FAULTS);
	});

	it("reports a length that is too small, and continues after the part", async () => {
		const port = await serve((index, jpeg) => part(jpeg, index === 4 ? jpeg.length - 10 : jpeg.length));
		const result = await watch(port);
		assert.deepEqual(result.faults, { ...NO_FAULTS, broken: 1, misplaced: 1 });
		assert.strictEqual(result.framesInAll, 9);
	});

	it("reports a length that is too large and takes from the next part", async () => {
		const port = await serve((index, jpeg) => part(jpeg, index === 4 ? jpeg.length + 200 : jpeg.length));
		const result = await watch(port);
		assert.deepEqual(result.faults, { ...NO_FAULTS, broken: 1, misplaced: 1 });
		assert.strictEqual(result.framesInAll, 8);
	});

	it("reports a stream that ends, and one that is refused", async () => {
		const port = await serve((_, jpeg) => part(jpeg), { last: "--frame\r\n" });
		const ended = await watch(port, { viewers: 2 });
		assert.deepEqual(ended.faults, { ...NO_FAULTS, ended: 2 });
		assert.strictEqual(ended.framesInAll, 20);
		const refused = await watch(port, { viewers: 3, stream: "/nothing", quiet: 0.1 });
		assert.deepEqual(refused.faults, { ...NO_FAULTS, refused: 3 });
		assert.strictEqual(refused.quiet.frames, 0);
	});

	it("reports a viewer that gets nothing, and a /status without an answer", async () => {
		const port = await listen(createServer(() => {}));
		const result = await runLoad({ port, viewers: 1, patience: 0.2, quiet: 0.2, asked: 0.2, frames: folder.path });
		assert.isFalse(result.ready);
		assert.deepInclude(result.status, { asked: 7, failed: 0, unanswered: 7 });
		assert.isAbove(Math.min(...result.status!.times), 2e6);
	});

	it("reports in a sentence what is wrong with its options", async () => {
		const message = await watch(1, { viewers: 1, stalled: 2 }).then(
			() => "",
			(error: Error) => error.message,
		);
		assert.include(message, "--stalled 2 of --viewers 1");
	});
});
