import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MjpegClient } from "../../test/support/mjpeg-client.ts";
import { root } from "../../test/support/root.ts";
import { hostBinary, Simulator } from "../../test/support/simulator.ts";
import { frameFolder, FRAME_LENGTH } from "../frame.ts";

const FPS = 25;
const FEW_FRAMES = 25;
const MANY_FRAMES = 125;

export interface Instructions {
	readonly title: string;
	/** Instructions of all threads, without those of the kernel. */
	readonly perFrame: number;
}

export function hasCallgrind(): boolean {
	return spawnSync("valgrind", ["--version"]).status === 0;
}

/** Counts the instructions per delivered frame: those of many frames minus those of few, to exclude the start. */
export async function countInstructions(): Promise<Instructions[]> {
	const cases = [
		["board", 1],
		["board", 4],
		["host", 8],
	] as const;
	const counted: Instructions[] = [];
	for (const [profile, viewers] of cases) {
		const few = await runUnder(profile, viewers, FEW_FRAMES);
		const many = await runUnder(profile, viewers, MANY_FRAMES);
		counted.push({
			title: `${profile}, ${viewers} ${viewers === 1 ? "viewer" : "viewers"}: instructions per frame`,
			perFrame: (many.instructions - few.instructions) / (many.frames - few.frames),
		});
	}
	return counted;
}

async function runUnder(
	profile: string,
	viewers: number,
	frames: number,
): Promise<{ instructions: number; frames: number }> {
	const folder = join(root, "build/callgrind");
	const out = join(folder, `${profile}-${viewers}-${frames}.out`);
	mkdirSync(folder, { recursive: true });
	const simulator = await Simulator.start(
		["--profile", profile, "--frames", frameFolder(FRAME_LENGTH), "--fps", String(FPS)],
		{
			// Not the sensor, a separate process that no device has.
			program: ["valgrind", "--tool=callgrind", "--trace-children=no", `--callgrind-out-file=${out}`, hostBinary],
		},
	);
	const clients = Array.from({ length: viewers }, () => new MjpegClient(simulator.url));
	await Promise.all(clients.map((client) => client.until(frames)));
	const delivered = clients.reduce((sum, client) => sum + client.frames, 0);
	for (const client of clients) client.close();
	await simulator.stop();
	const total = /^(?:totals|summary): (\d+)$/m.exec(readFileSync(out, "utf8"));
	if (total === null) throw new Error(`${out} has no total`);
	return { instructions: Number(total[1]), frames: delivered };
}
