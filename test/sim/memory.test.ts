import { assert } from "chai";
import type { Memory } from "../../src/state/memory.ts";
import { allHome, capturing } from "../support/capturing.ts";
import { printed, programs } from "../support/program.ts";

const GARBAGE = `
	for (let i = 0; i < 100; i++)
		new Uint8Array(100);
`;

describe("the machine's view of its memory", () => {
	const run = programs();

	it("has the board's heap, and how much of it is in use", async () => {
		const started = await run(`
			import memory from "yieldcam/common/memory";
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
		const size = 8 * 1_048_576;
		assert.deepEqual(regions, { psram: { size, free: size, minimumFree: size } });
	});

	it("collects nothing to find out", async () => {
		const started = await run(`
			import memory from "yieldcam/common/memory";
			const before = memory().heap;
			${GARBAGE}
			const after = memory().heap;
			trace("grown " + (after.slots.used - before.slots.used) + " " + (after.chunks.used - before.chunks.used) + "\\n");
		`);
		const [slots, chunks] = (await printed(started, "grown ")).split(" ").map(Number);
		assert.isAtLeast(slots, 100);
		assert.isAtLeast(chunks, 10_000);
	});

	it("follows the garbage collector", async () => {
		const started = await run(`
			import memory from "yieldcam/common/memory";
			import Timer from "timer";
			${GARBAGE}
			trace("before " + memory().heap.chunks.used + "\\n");
			Timer.repeat(() => trace("after " + memory().heap.chunks.used + "\\n"), 100);
		`);
		const before = Number(await printed(started, "before "));
		const { chunks } = await started.report();
		assert.isBelow(Number(await printed(started, "after ")), before);
		assert.isBelow(chunks, before - 10_000);
	});

	it("grows with the heap in the host profile", async () => {
		const started = await run(
			`
			import memory from "yieldcam/common/memory";
			const all = [];
			for (let i = 0; i < 20000; i++)
				all.push({ i });
			const { used, size } = memory().heap.slots;
			trace("grown " + (used > 20000) + " " + (size >= used) + "\\n");
		`,
			"--profile",
			"host",
		);
		assert.equal(await printed(started, "grown "), "true true");
	});
});

describe("a full heap", () => {
	const run = programs({ mayUseReserve: true });
	const imports = `
		import memory, { machine } from "yieldcam/common/memory";
		import Timer from "timer";
	`;

	for (const [what, count, fill] of [
		["objects", 3_000, "all.push({ i })"],
		["bytes", 100, "all.push(new Uint8Array(1000))"],
	] as const) {
		it(`of ${what} grows into its reserve, and releases it if a collection finds nothing alive there`, async () => {
			const started = await run(`
				${imports}
				const used = [];
				let checks = 0;
				Timer.repeat(() => {
					if (checks++ === 0)
						fill();
					else
						trace("used " + JSON.stringify({ used, kept: machine.settle(), peak: memory().reserve.peak, size: memory().reserve.size }) + "\\n");
				}, 10);
				function fill() {
					for (let round = 0; round < 20; round++) {
						const all = [];
						for (let i = 0; i < ${count}; i++)
							${fill};
						used.push(memory().reserve.used);
						machine.settle();
					}
				}
			`);
			const { used, kept, peak, size } = JSON.parse(await printed(started, "used ")) as {
				used: number[];
				kept: number;
				peak: number;
				size: number;
			};
			assert.isTrue(
				used.every((bytes) => bytes > 0),
				String(used),
			);
			// The array of results was made while the heap was full.
			assert.isBelow(kept, size / 50);
			assert.isAtLeast(peak, Math.max(...used));
			assert.isBelow(peak, size);
		});
	}

	it("collects before it grows", async () => {
		const started = await run(`
			${imports}
			for (let i = 0; i < 200000; i++)
				({ i });
			for (let i = 0; i < 20000; i++)
				new Uint8Array(100);
			trace("peak " + memory().reserve.peak + "\\n");
		`);
		assert.equal(await printed(started, "peak "), "0");
	});

	it("ends the device once its reserve is full, too", async () => {
		for (const fill of ["all.push({ i })", "all.push(new Uint8Array(1000))"]) {
			const started = await run(`
				const all = [];
				for (let i = 0; ; i++)
					${fill};
			`);
			assert.equal(await started.exit, 1);
			assert.match(started.errors, /the machine's heap is full, and so is its reserve: /);
		}
	});

	it("has no room, and has some again as soon as a collection frees it", async () => {
		const started = await run(`
			${imports}
			let all = [];
			const free = machine.room(2000, 20000);
			for (let i = 0; i < 1700; i++)
				all.push({ i });
			const full = machine.room(2000, 20000), less = machine.room(100, 1000);
			all = undefined;
			Timer.set(() => trace("room " + [free, full, less, machine.room(2000, 20000, true), machine.room(5000, 0, true), machine.room(0, 80000, true)] + "\\n"), 1);
		`);
		assert.equal(await printed(started, "room "), "true,false,true,true,false,false");
		assert.equal(await started.stop(), 0);
	});

	it("has room for what was alive at the last collection, a twentieth of a second after it", async () => {
		const started = await run(`
			${imports}
			let all = [];
			for (let i = 0; i < 1700; i++)
				all.push({ i });
			const full = machine.room(2000, 20000);
			all = undefined;
			Timer.set(() => trace("room " + [full, machine.room(2000, 20000)] + "\\n"), 100);
		`);
		assert.equal(await printed(started, "room "), "false,true");
		assert.equal(await started.stop(), 0);
	});

	it("knows a name if a program has it, or an object has ever had it", async () => {
		const started = await run(`
			${imports}
			const text = "made" + "Up";
			const before = machine.isName(text);
			JSON.parse('{"madeUp":1}');
			JSON.parse('{"droppedName":1,"kept":{"also":[{"kept":2}]}}', ["kept"]);
			trace("names " + [before, machine.isName(text), machine.isName("dropped" + "Name"), machine.isName("al" + "so"), machine.isName("kept"), JSON.stringify(JSON.parse('{"a":1,"kept":{"kept":[{"b":2,"kept":3}]}}', ["kept"]))] + "\\n");
		`);
		assert.equal(await printed(started, "names "), 'false,true,false,false,true,{"kept":{"kept":[{"kept":3}]}}');
	});
});

describe("the machine's view of a board with 1 MB of PSRAM", () => {
	const run = programs({ host: ["--psram", "1048576"] });

	it("has the free memory, and the least that was ever free", async () => {
		const started = await run(
			`
			import memory from "yieldcam/common/memory";
			trace("opening " + JSON.stringify(memory()) + "\\n");
		` +
				capturing(
					`
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
		`,
					`maxFrameSize: 6,`,
				),
		);
		const { internal, psram } = JSON.parse(await printed(started, "opening ")) as Memory;
		assert.isUndefined(internal);
		assert.deepEqual(psram, { size: 1_048_576, free: 1_048_576, minimumFree: 1_048_576 });
		assert.deepEqual(JSON.parse(await printed(started, "frame ")), {
			size: 1_048_576,
			copied: true,
			back: true,
			least: true,
		});
		await allHome(started);
	});
});
