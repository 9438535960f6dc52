import { assert } from "chai";
import type { State } from "../../src/state/state.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

describe("the state", () => {
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start();
	});

	after(async () => {
		await simulator.stop();
	});

	it("reports the same about the script's heap as the host", async () => {
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(10);
		const { memory } = (await (await fetch(`${simulator.url}/api/state`)).json()) as State;
		const metrics = await (await fetch(`${simulator.url}/metrics`)).text();
		const { slots, slotLimit, chunks, chunkLimit } = await simulator.report();
		viewer.close();
		// Of the slots that XS 17 is created with, the first is its own.
		assert.approximately(memory!.heap.slots.size, slotLimit, 1);
		assert.equal(memory!.heap.chunks.size, chunkLimit);
		// The host collected the garbage first.
		assert.isAtLeast(memory!.heap.slots.used, slots - 64);
		assert.isAtLeast(memory!.heap.chunks.used, chunks - 4_096);
		assert.isBelow(memory!.heap.slots.used, slotLimit);
		assert.isBelow(memory!.heap.chunks.used, chunkLimit);
		assert.include(metrics, `\nyieldcam_heap_size_slots ${memory!.heap.slots.size}\n`);
		assert.include(metrics, `\nyieldcam_heap_size_chunk_bytes ${chunkLimit}\n`);
	});
});
