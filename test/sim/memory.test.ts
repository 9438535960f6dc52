import { assert } from "chai";
import type { Memory } from "../../src/state/memory.ts";
import { allHome, capturing } from "../support/capturing.ts";
import { printed, programs } from "../support/program.ts";

const garbage = `
	for (let i = 0; i < 100; i++)
		new Uint8Array(100);
`;

describe("what the machine knows of its memory", () => {
	const run = programs();

	it("is the heap that the board has, and how much of it is taken", async () => {
		const started = await run(`
			import memory from "yieldcam/esp32s3/memory";
			trace("memory " + JSON.stringify(memory()) + "\\n");
		`);
		const { heap, reserve, ...regions } = JSON.parse(await printed(started, "memory ")) as Memory;
		const report = await started.report();
		assert.equal(heap.slots.size, report.slotLimit);
		assert.equal(heap.chunks.size, report.chunkLimit);
		for (const { used, size } of [heap.slots, heap.chunks]) {
			assert.isAbove(used, 0);
			assert.isBelow(used, size);
		}
		assert.isAbove(reserve!.size, 0);
		assert.equal(reserve!.peak, 0);
		assert.deepEqual(regions, {});
	});

	it("collects nothing to find out", async () => {
		const started = await run(`
			import memory from "yieldcam/esp32s3/memory";
			const before = memory().heap;
			${garbage}
			const after = memory().heap;
			trace("grown " + (after.slots.used - before.slots.used) + " " + (after.chunks.used - before.chunks.used) + "\\n");
		`);
		const [slots, chunks] = (await printed(started, "grown ")).split(" ").map(Number);
		assert.isAtLeast(slots!, 100);
		assert.isAtLeast(chunks!, 10_000);
	});

	it("follows the garbage collector", async () => {
		const started = await run(`
			import memory from "yieldcam/esp32s3/memory";
			import Timer from "timer";
			${garbage}
			trace("before " + memory().heap.chunks.used + "\\n");
			Timer.repeat(() => trace("after " + memory().heap.chunks.used + "\\n"), 100);
		`);
		const before = Number(await printed(started, "before "));
		const { chunks } = await started.report();
		assert.isBelow(Number(await printed(started, "after ")), before);
		assert.isBelow(chunks, before - 10_000);
	});

	it("grows with the heap in the host profile", async () => {
		const started = await run(`
			import memory from "yieldcam/esp32s3/memory";
			const all = [];
			for (let i = 0; i < 20000; i++)
				all.push({ i });
			const { used, size } = memory().heap.slots;
			trace("grown " + (used > 20000) + " " + (size >= used) + "\\n");
		`, "--profile", "host");
		assert.equal(await printed(started, "grown "), "true true");
	});
});

describe("what the machine knows of a board with 1 MB of PSRAM", () => {
	const run = programs({ host: ["--psram", "1048576"] });

	it("is how much is free, and how little there ever was", async () => {
		const started = await run(`
			import memory from "yieldcam/esp32s3/memory";
			trace("opening " + JSON.stringify(memory()) + "\\n");
		` + capturing(`
			if (count > 1)
				return;
			const before = memory().psram.free;
			const frame = driver.read();
			frame.detach();
			const taken = before - memory().psram.free, length = frame.byteLength;
			frame.close();
			const { size, free, minimumFree } = memory().psram;
			trace("frame " + JSON.stringify({ size, copied: taken >= length, back: free === before, least: before - minimumFree === taken }) + "\\n");
			driver.stop();
		`, `maxFrameSize: 6,`));
		const { internal, psram } = JSON.parse(await printed(started, "opening ")) as Memory;
		assert.isUndefined(internal);
		assert.deepEqual(psram, { size: 1_048_576, free: 1_048_576, minimumFree: 1_048_576 });
		assert.deepEqual(JSON.parse(await printed(started, "frame ")), { size: 1_048_576, copied: true, back: true, least: true });
		await allHome(started);
	});
});
