import { assert } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

/** Numbers from 0 to 1, the same for the same seed, so that a failure can be repeated (mulberry32). */
function random(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

describe("viewers that come and go", () => {
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start();
	});

	after(async () => {
		await simulator.stop();
	});

	/** A client that connects before the server has noticed that others left may get 503, and tries again. */
	async function stay(viewer: MjpegClient): Promise<MjpegClient> {
		for (let attempt = 0; ; attempt += 1) {
			try {
				await viewer.until(viewer.frames + 3);
				return viewer;
			} catch (error) {
				if (!/ 503 /.test((error as Error).message) || attempt === 20) throw error;
				viewer.close();
				await pause(100);
				viewer = new MjpegClient(simulator.url);
			}
		}
	}

	async function comeAndGo(times: number, next: () => number): Promise<void> {
		const viewers: (MjpegClient | undefined)[] = Array.from({ length: 10 });
		for (let i = 0; i < times; i++) {
			const place = Math.floor(next() * viewers.length);
			viewers[place]?.close();
			viewers[place] = new MjpegClient(simulator.url);
			// Some disconnect before their first frame, some in the middle of one, some after several.
			if (next() < 0.7) await pause(next() * 30);
		}
		const staying = viewers.filter((viewer) => viewer !== undefined);
		for (const viewer of await Promise.all(staying.map(stay))) {
			assert.isUndefined(viewer.fault);
			viewer.close();
		}
	}

	it("leave nothing behind after a thousand times", async function () {
		this.timeout(120_000);
		const next = random(20261121);
		await comeAndGo(100, next);
		const before = await simulator.idle(200);
		await comeAndGo(1000, next);
		const after = await simulator.idle(200);
		assert.equal(after.buffersHome, after.buffers);
		assert.isAtMost(after.slots, before.slots + 16, "slots in use are what they were");
		assert.isAtMost(after.chunks, before.chunks + 1024, "chunk bytes in use are what they were");

		const viewer = new MjpegClient(simulator.url);
		await viewer.until(10);
		viewer.close();
	});
});
