import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../test/support/root.ts";

/** Times in microseconds, as reported by the load generator (bench/load). */
export interface Quantiles {
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}

export interface Watched {
	readonly seconds: number;
	/** Whole frames to all viewers that read. */
	readonly frames: number;
	readonly largestGap: number;
	/** Frames per second of the viewers that read. */
	readonly rates?: { readonly least: number; readonly median: number; readonly most: number };
	/** From capture to the last byte read. */
	readonly latency?: Quantiles & { readonly count: number };
	readonly processorTime: {
		readonly server: number;
		/** The part of the server's time that the first thread of each process took. */
		readonly mainThreads: number;
		readonly aside: number;
		/** The load generator's own. */
		readonly load: number;
	};
}

export interface LoadResult {
	readonly viewers: number;
	readonly stalled: number;
	/** Whether every viewer received its first frames in time. */
	readonly ready: boolean;
	/** The period with viewers only. */
	readonly quiet: Watched;
	/** The period with requests for /status. */
	readonly asked?: Watched;
	readonly status?: {
		readonly asked: number;
		readonly failed: number;
		/** Requests without a response two seconds after the last request. */
		readonly unanswered: number;
		/** The time of each request since it was due. For unanswered ones, the time they have waited. */
		readonly times: readonly number[];
	};
	/** Whole frames since the viewers connected, to those that read. */
	readonly framesInAll: number;
	readonly faults: {
		/** Connections that got no stream. */
		readonly refused: number;
		/** Streams that ended by themselves. */
		readonly ended: number;
		/** Parts that are not whole frames. */
		readonly broken: number;
		/** Parts that did not end at their stated length. */
		readonly misplaced: number;
	};
}

export interface LoadOptions {
	readonly port: number;
	readonly address?: string;
	readonly stream?: string;
	readonly status?: string;
	readonly viewers: number;
	readonly stalled?: number;
	/** Seconds. */
	readonly quiet: number;
	/** Seconds. */
	readonly asked?: number;
	readonly statusRate?: number;
	/** The time for the viewers' first frames, in seconds. */
	readonly patience?: number;
	/** The folder of the served files. Without it any JPEG counts as a frame. */
	readonly frames?: string | undefined;
	readonly clockOffset?: number | undefined;
	readonly processes?: readonly number[];
	readonly aside?: readonly number[];
	/** The program that runs the load generator, with its arguments before the load generator's command. */
	readonly runner?: readonly string[];
}

/** Runs the load generator to its end. */
export async function runLoad({
	processes = [],
	aside = [],
	runner = [],
	...options
}: LoadOptions): Promise<LoadResult> {
	const args = Object.entries(options)
		.filter(([, value]) => value !== undefined)
		.flatMap(([name, value]) => [
			`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
			String(value),
		]);
	args.push(
		...processes.flatMap((pid) => ["--process", String(pid)]),
		...aside.flatMap((pid) => ["--aside", String(pid)]),
	);
	const [program, ...rest] = [...runner, join(root, "build/load/yieldcam-load"), ...args];
	const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
	let output = "";
	let errors = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
	child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
	const [code] = (await once(child, "close")) as [number | null];
	if (code !== 0) throw new Error(`the load generator ended with ${code}: ${errors}`);
	return JSON.parse(output) as LoadResult;
}
