import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../test/support/root.ts";

/** Times in microseconds, as the load generator (bench/load) tells them. */
export interface Quantiles {
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}

export interface Watched {
	readonly seconds: number;
	/** Whole ones, to all viewers that read. */
	readonly frames: number;
	readonly largestGap: number;
	/** Of the viewers that read, frames per second. */
	readonly rates?: { readonly least: number; readonly median: number; readonly most: number };
	/** From capture to the last byte read. */
	readonly latency?: Quantiles & { readonly count: number };
	readonly processorTime: {
		readonly server: number;
		/** Of the server's, what the first thread of each process took. */
		readonly mainThreads: number;
		readonly aside: number;
		/** The load generator's own. */
		readonly load: number;
	};
}

export interface LoadResult {
	readonly viewers: number;
	readonly stalled: number;
	/** Every viewer got its first frames in time. */
	readonly ready: boolean;
	/** With the viewers alone. */
	readonly quiet: Watched;
	/** While /status was asked for. */
	readonly asked?: Watched;
	readonly status?: {
		readonly asked: number;
		readonly failed: number;
		/** Within two seconds after the last was asked for. */
		readonly unanswered: number;
		/** From when each was due; of those unanswered, how long they have waited. */
		readonly times: readonly number[];
	};
	/** Whole ones since the viewers came, to those that read. */
	readonly framesInAll: number;
	readonly faults: {
		/** Connections that got no stream. */
		readonly refused: number;
		/** Streams that ended by themselves. */
		readonly ended: number;
		/** Parts that are no whole frame. */
		readonly broken: number;
		/** Parts that did not end where their length says. */
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
	/** For the viewers' first frames, in seconds. */
	readonly patience?: number;
	/** The folder of what is served; without it any JPEG will do. */
	readonly frames?: string | undefined;
	readonly clockOffset?: number | undefined;
	readonly processes?: readonly number[];
	readonly aside?: readonly number[];
	/** What runs it: a program, and its arguments before the load generator's own command. */
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
