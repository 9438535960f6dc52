import { MjpegClient } from "../../test/support/mjpeg-client.ts";
import { Simulator } from "../../test/support/simulator.ts";
import { frameFolder, FRAME_LENGTH } from "../frame.ts";

/** Runs simulators and counts their instructions. */
export interface Counter {
	/** The command that runs the simulator's host and writes its count to a file when it ends. */
	readonly program: (file: string) => readonly [string, ...string[]];
	/** Reads the count from that file. */
	readonly read: (file: string) => number;
	/** A folder for such files. */
	readonly folder: string;
}

export interface Case {
	readonly title: string;
	/** The simulator's options. */
	readonly args: readonly string[];
	readonly viewers: number;
}

/** Receives each figure when it is counted. */
export type Print = (title: string, instructions: number) => void;

const FEW = 25;
const MANY = 125;

/** Counts the instructions per delivered frame: those of many frames minus those of few, to exclude the start. */
export async function countFrames(counter: Counter, cases: readonly Case[], fps: number, print: Print): Promise<void> {
	for (const { title, args, viewers } of cases) {
		const watch = async (simulator: Simulator, frames: number): Promise<number> => {
			const clients = Array.from({ length: viewers }, () => new MjpegClient(simulator.url));
			await Promise.all(clients.map((client) => client.until(frames)));
			const delivered = clients.reduce((sum, client) => sum + client.frames, 0);
			for (const client of clients) client.close();
			return delivered;
		};
		const frames = ["--frames", frameFolder(FRAME_LENGTH), "--fps", String(fps)];
		print(`${title}: instructions per frame`, await difference(counter, [...args, ...frames], watch));
	}
}

/** Counts the instructions per request, as `countFrames` does; all requests of a run use one connection. */
export async function countRequests(counter: Counter, routes: readonly string[], print: Print): Promise<void> {
	for (const route of routes) {
		const ask = async ({ url }: Simulator, requests: number): Promise<number> => {
			for (let i = 0; i < requests; i++) {
				const response = await fetch(`${url}${route}`);
				if (!response.ok) throw new Error(`${route}: ${response.status}`);
				await response.arrayBuffer();
			}
			return requests;
		};
		print(`${route}: instructions per request`, await difference(counter, [], ask));
	}
}

/** Returns what one unit of the work costs; `work` resolves to how many units it has done, of which it is given one. */
async function difference(
	counter: Counter,
	args: readonly string[],
	work: (simulator: Simulator, units: number) => Promise<number>,
): Promise<number> {
	const runs: { instructions: number; units: number }[] = [];
	for (const units of [FEW, MANY]) {
		const file = `${counter.folder}/${units}.out`;
		const simulator = await Simulator.start(args, { program: counter.program(file) });
		const done = await work(simulator, units);
		await simulator.stop();
		runs.push({ instructions: counter.read(file), units: done });
	}
	const [few, many] = runs;
	return (many.instructions - few.instructions) / (many.units - few.units);
}
