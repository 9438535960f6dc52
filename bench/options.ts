import { parseArgs } from "node:util";
import type { ExternalPeer } from "./servers/external.ts";

export interface Options {
	/** The servers to run. Default: all. */
	readonly servers: readonly string[] | undefined;
	readonly peers: readonly ExternalPeer[];
	readonly scenarios: readonly ScenarioKind[];
	readonly viewers: readonly number[];
	readonly rounds: number;
	/** The length of a measurement with viewers only. One with requests for /status takes as long again. */
	readonly seconds: number;
	readonly fps: number;
	/** The rate offered when each server runs at its maximum. */
	readonly fastestFps: number;
	readonly statusRate: number;
	/** A folder of JPEG files that replace the bench's own. */
	readonly frames: string | undefined;
	readonly out: string;
}

export const SCENARIO_KINDS = ["live", "fastest", "stalled"] as const;
export type ScenarioKind = (typeof SCENARIO_KINDS)[number];

export const HELP = `Compares the cost of a delivered frame with other servers: npm run bench -- OPTIONS
Measures the other routes while the camera streams, at the board's limits: npm run bench -- routes
Counts the script's costs, and compares them with their budgets: npm run bench -- costs
Measures the viewers' rates over a radio link: npm run bench -- links, as root

  --servers NAMES      separated by commas; the start prints the available ones (all)
  --peer NAME=URL,PID[,STATUS]   a server that runs on this machine: the address of its
                       stream, its process, the path of a small response (/status). It
                       has to serve the folder printed at the start, at --fps. May be
                       repeated
  --scenarios NAMES    live: frames at --fps; fastest: at --fastest-fps, of which each
                       server delivers as many as it can; stalled: live, and half of
                       the viewers stop reading (live,fastest,stalled)
  --viewers COUNTS     separated by commas (1,8,32)
  --rounds N           over all servers in turn; the medians count (3)
  --seconds S          of each run with viewers only, and as long again with requests
                       for /status (5)
  --fps RATE           the camera's rate (25)
  --fastest-fps RATE   the offered rate, up to 1000 (1000)
  --status-rate RATE   requests per second (40)
  --frames DIR         the .jpg files to serve (30 of about 10 kB, drawn by the bench)
  --out DIR            the folder for results.json, results.md and the charts
                       (build/bench-results)
  --help               prints this help
`;

export class UsageError extends Error {}

/** Returns undefined if the user asks for help. Throws UsageError. */
export function parseOptions(args: readonly string[]): Options | undefined {
	const values = parse(args);
	if (values.help) return undefined;
	return {
		servers: values.servers?.split(","),
		peers: (values.peer ?? []).map(externalPeer),
		scenarios: list("scenarios", values.scenarios ?? SCENARIO_KINDS.join(), (text) =>
			SCENARIO_KINDS.find((kind) => kind === text),
		),
		viewers: list("viewers", values.viewers ?? "1,8,32", (text) =>
			/^[1-9]\d{0,2}$/.test(text) ? Number(text) : undefined,
		),
		rounds: number("rounds", values.rounds ?? "3", 1, 100),
		seconds: number("seconds", values.seconds ?? "5", 0.5, 600),
		fps: number("fps", values.fps ?? "25", 1, 1000),
		fastestFps: number("fastest-fps", values["fastest-fps"] ?? "1000", 1, 1000),
		statusRate: number("status-rate", values["status-rate"] ?? "40", 1, 1000),
		frames: values.frames,
		out: values.out ?? "build/bench-results",
	};
}

function parse(args: readonly string[]) {
	const text = { type: "string" } as const;
	try {
		return parseArgs({
			args: [...args],
			options: {
				servers: text,
				peer: { type: "string", multiple: true },
				scenarios: text,
				viewers: text,
				rounds: text,
				seconds: text,
				fps: text,
				"fastest-fps": text,
				"status-rate": text,
				frames: text,
				out: text,
				help: { type: "boolean", short: "h" },
			},
		}).values;
	} catch (error) {
		throw new UsageError((error as Error).message.split(". ")[0]);
	}
}

function number(name: string, text: string, least: number, most: number): number {
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
	if (!(value >= least && value <= most))
		throw new UsageError(`--${name} is a number from ${least} to ${most}, not "${text}"`);
	return value;
}

function list<Item>(name: string, text: string, read: (text: string) => Item | undefined): readonly Item[] {
	return text.split(",").map((part) => {
		const item = read(part);
		if (item === undefined) throw new UsageError(`--${name}: invalid value "${part}"`);
		return item;
	});
}

function externalPeer(text: string): ExternalPeer {
	const [, name, url, pid, status = "/status"] = /^([^=]+)=(http:\/\/[^,]+),(\d+)(?:,(\/[^,]*))?$/.exec(text) ?? [];
	if (name === undefined || url === undefined || !["127.0.0.1", "localhost"].includes(new URL(url).hostname))
		throw new UsageError(
			`--peer is NAME=http://127.0.0.1:PORT/PATH,PID, optionally followed by ,/STATUS, not "${text}"`,
		);
	return { name, url: new URL(url), pid: Number(pid), status };
}
