import { assert } from "chai";
import { printed, programs } from "../support/program.ts";

/** Logs lines, and prints the tail as JSON. */
function logging(lines: string): string {
	return `
		import { log } from "yieldcam/common/log";
		import logTail from "yieldcam/common/log-tail";
		for (const line of ${lines}) log(line);
		trace("tail " + JSON.stringify({ text: String.fromArrayBuffer(logTail()), bytes: logTail().byteLength }) + "\\n");
	`;
}

describe("the tail of the log", function () {
	this.timeout(20_000);
	const run = programs();

	async function tailOf(lines: string): Promise<{ lines: string[]; times: number[]; bytes: number }> {
		const { text, bytes } = JSON.parse(await printed(await run(logging(lines)), "tail ")) as {
			text: string;
			bytes: number;
		};
		assert.isTrue(text === "" || text.endsWith("\n"), "whole lines");
		const all = text.split("\n").slice(0, -1);
		for (const line of all) assert.match(line, /^\d+\.\d{3} /);
		return {
			lines: all.map((line) => line.replace(/^\S+ /, "")),
			times: all.map((line) => Number(line.split(" ")[0])),
			bytes,
		};
	}

	it("is empty at first", async () => {
		assert.deepEqual(await tailOf("[]"), { lines: [], times: [], bytes: 0 });
	});

	it("has each line with the time since the start", async () => {
		const { lines, times } = await tailOf(`["one", "", "two äöü 📷"]`);
		assert.deepEqual(lines, ["one", "", "two äöü 📷"]);
		assert.deepEqual(
			times,
			[...times].sort((a, b) => a - b),
		);
		assert.isBelow(times[0], 20);
	});

	it("has the last whole lines of a long log, in 4,096 bytes", async () => {
		const { lines, bytes } = await tailOf(`Array.from({ length: 1000 }, (_, i) => "line " + i)`);
		assert.isAtMost(bytes, 4_096);
		assert.isAbove(bytes, 4_000);
		assert.deepEqual(
			lines,
			Array.from({ length: lines.length }, (_, i) => `line ${1_000 - lines.length + i}`),
		);
	});

	it("cuts a long line between characters, and keeps those before it as far as there is room", async () => {
		const { lines, bytes } = await tailOf(`["first", "x" + "ä".repeat(1000), "last"]`);
		assert.deepEqual(lines, ["first", "x" + "ä".repeat(511), "last"]);
		assert.isAtMost(bytes, 4_096);
		const many = await tailOf(`Array(20).fill("ä".repeat(1000))`);
		assert.deepEqual(
			many.lines,
			Array.from({ length: 3 }, () => "ä".repeat(512)),
		);
		assert.isAtMost(many.bytes, 4_096);
	});

	it("takes nothing of the script's heap", async () => {
		const started = await run(`
			import { log } from "yieldcam/common/log";
			import Timer from "timer";
			for (let i = 0; i < 100; i++) log("line " + i);
			trace("begun\\n");
			Timer.set(() => {
				for (let i = 0; i < 1000; i++) log("line " + i);
				trace("logged\\n");
			}, 500);
			Timer.repeat(() => {}, 1000);
		`);
		await printed(started, "begun");
		const before = await started.idle(100);
		await printed(started, "logged");
		const after = await started.idle(100);
		assert.isAtMost(after.slots, before.slots + 8);
		assert.isAtMost(after.chunks, before.chunks + 256);
	});
});
