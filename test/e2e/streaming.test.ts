import { assert } from "chai";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { emulated, slow, Simulator, timeLimit } from "../support/simulator.ts";

/** Frames that each viewer gets while the other routes are requested. */
const WATCHED = 100;

/** How many frames the viewer received between a request and its answer: time, counted in frame intervals. */
async function framesMeanwhile(viewer: MjpegClient, request: () => Promise<void>): Promise<number> {
	const before = viewer.frames;
	await request();
	return viewer.frames - before;
}

async function get(url: string): Promise<Response> {
	const response = await fetch(url, { headers: { Connection: "close" } });
	assert.equal(response.status, 200, url);
	return response;
}

/** The smallest number that at least `share` of the numbers do not exceed. */
function quantile(numbers: readonly number[], share: number): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.ceil(sorted.length * share) - 1];
}

/** Streams to `viewers` while asking for the state and for pictures, and checks that no client delays another. */
async function everybodyIsServed(simulator: Simulator, viewers: readonly MjpegClient[]): Promise<void> {
	const [first] = viewers;
	await Promise.all(viewers.map((viewer) => viewer.until(25)));
	const start = viewers.map((viewer) => viewer.frames);
	const captured = async () =>
		((await (await get(`${simulator.url}/status`)).json()) as { captured: number }).captured;
	const capturedAtStart = await captured();

	const statuses: number[] = [];
	const captures: number[] = [];
	while (first.frames < start[0] + WATCHED) {
		statuses.push(await framesMeanwhile(first, async () => void (await captured())));
		if (statuses.length % 10 === 0) {
			captures.push(
				await framesMeanwhile(first, async () => {
					const jpeg = Buffer.from(await (await get(`${simulator.url}/capture`)).arrayBuffer());
					assert.equal(jpeg.readUInt16BE(0), 0xffd8);
				}),
			);
		}
	}
	const capturedMeanwhile = (await captured()) - capturedAtStart;

	assert.isAtLeast(statuses.length, WATCHED, "the state is answered at least as often as there are frames");
	// Within one frame interval there is at most one frame; within two, two.
	assert.isAtMost(quantile(statuses, 0.99), 1, "/status");
	// Of ten or more, for the times when the machine is busy with other things.
	assert.isAtMost(quantile(captures, 0.9), 2, "/capture");
	assert.isAtMost(quantile(captures, 1), 5, "/capture, the slowest");
	for (const [index, viewer] of viewers.entries()) {
		assert.isUndefined(viewer.fault);
		assert.isAtLeast(viewer.frames - start[index], capturedMeanwhile * 0.97, `viewer ${index} gets the full rate`);
	}
}

describe("while the camera streams", () => {
	// Sanitizers and emulators slow it down several times; fewer frames a second leave it as much time for each.
	const fps = emulated ? "4" : slow ? "10" : "25";
	let simulator: Simulator;
	let clients: MjpegClient[] = [];

	function watch(count: number): MjpegClient[] {
		const added = Array.from({ length: count }, () => new MjpegClient(simulator.url));
		clients.push(...added);
		return added;
	}

	beforeEach(async () => {
		simulator = await Simulator.start(["--fps", fps]);
	});

	afterEach(async () => {
		for (const client of clients) client.close();
		clients = [];
		await simulator.stop();
	});

	for (const count of [1, 4, 8]) {
		it(`to ${count} viewers, every other route keeps answering`, async function () {
			this.timeout(timeLimit(60_000));
			await everybodyIsServed(simulator, watch(count));
		});
	}

	it("viewers that stop reading, or read very slowly, change nothing for the rest", async function () {
		this.timeout(timeLimit(60_000));
		const stalled = [
			new MjpegClient(simulator.url, { read: false }),
			new MjpegClient(simulator.url, { read: false }),
		];
		const crawling = new MjpegClient(simulator.url);
		clients.push(...stalled, crawling);
		crawling.crawl(1000);
		await everybodyIsServed(simulator, watch(4));
		assert.isAbove(crawling.bytes, 0);
		assert.isBelow(crawling.bytes, 200_000);
	});

	it("a snapshot is taken after the request", async () => {
		const [viewer] = watch(1);
		await viewer.until(5);
		for (let i = 0; i < 5; i++) {
			// A frame that reached a viewer before the request began earlier than any that may answer it.
			const newest = viewer.timestamps.at(-1)!;
			const response = await get(`${simulator.url}/capture`);
			await response.arrayBuffer();
			assert.isAbove(Number(response.headers.get("x-timestamp")), newest);
		}
	});

	it("frames come in order, none of them twice", async () => {
		const [viewer] = watch(1);
		await viewer.until(50);
		const { timestamps } = viewer;
		assert.isTrue(timestamps.every((time, index) => index === 0 || time > timestamps[index - 1]));
	});
});
