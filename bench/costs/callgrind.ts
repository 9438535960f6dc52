import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../test/support/root.ts";
import { hostBinary } from "../../test/support/simulator.ts";
import { countFrames, type Counter, type Print } from "./instructions.ts";

export function hasCallgrind(): boolean {
	return spawnSync("valgrind", ["--version"]).status === 0;
}

const folder = join(root, "build/callgrind");

/** Counts the instructions of all threads on this machine, without those of the kernel. */
const callgrind: Counter = {
	folder,
	// Not the sensor, a separate process that no device has.
	program: (file) => [
		"valgrind",
		"--tool=callgrind",
		"--trace-children=no",
		`--callgrind-out-file=${file}`,
		hostBinary,
	],
	read(file) {
		const total = /^(?:totals|summary): (\d+)$/m.exec(readFileSync(file, "utf8"));
		if (total === null) throw new Error(`${file} has no total`);
		return Number(total[1]);
	},
};

export async function countUnderCallgrind(print: Print): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const cases = [
		{ title: "board, 1 viewer", args: ["--profile", "board"], viewers: 1 },
		{ title: "board, 4 viewers", args: ["--profile", "board"], viewers: 4 },
		{ title: "host, 8 viewers", args: ["--profile", "host"], viewers: 8 },
	];
	await countFrames(callgrind, cases, 25, print);
}
