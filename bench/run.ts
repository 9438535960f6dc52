import { type LoadResult, runLoad } from "./load.ts";
import type { Options } from "./options.ts";
import { peakMemory } from "./processes.ts";
import { type Scenario, takesPart } from "./scenarios.ts";
import type { BenchServer } from "./servers/server.ts";

/** One run of one server in one scenario. */
export interface Run {
	readonly server: string;
	readonly scenario: Scenario;
	readonly round: number;
	readonly load: LoadResult;
	/** Bytes. */
	readonly peakMemory: number;
}

/**
 * Makes all runs, and starts a server for each. Servers take turns, so that other work of the machine affects all
 * alike: the first server in one round is the last in the next.
 */
export async function runAll(
	servers: readonly BenchServer[],
	scenarios: readonly Scenario[],
	frames: string,
	options: Options,
	told: (run: Run) => void,
): Promise<Run[]> {
	const runs: Run[] = [];
	for (let round = 1; round <= options.rounds; round++)
		for (const scenario of scenarios)
			for (const server of rotated(servers, round - 1)) {
				if (!takesPart(server, scenario)) continue;
				const run = await runOnce(server, scenario, round, frames, options);
				runs.push(run);
				told(run);
			}
	return runs;
}

async function runOnce(
	server: BenchServer,
	scenario: Scenario,
	round: number,
	frames: string,
	{ seconds, statusRate }: Options,
): Promise<Run> {
	const running = await start(server, scenario, frames);
	const { processes, aside, clockOffset } = running;
	const load = await runLoad({
		port: running.port,
		stream: running.stream,
		status: running.status,
		viewers: scenario.viewers,
		stalled: scenario.stalled,
		quiet: seconds,
		asked: seconds,
		statusRate,
		frames: running.servesFolder ? frames : undefined,
		clockOffset,
		processes,
		aside,
	});
	const memory = processes.reduce((sum, pid) => sum + peakMemory(pid), 0);
	await running.stop();
	return {
		server: server.name,
		scenario,
		round,
		load: clockOffset === undefined ? withoutLatency(load) : load,
		peakMemory: memory,
	};
}

async function start(server: BenchServer, { fps }: Scenario, frames: string) {
	try {
		return await server.start(frames, fps);
	} catch (error) {
		throw new Error(`${server.name}: ${(error as Error).message}`, { cause: error });
	}
}

function withoutLatency({ quiet, asked, ...load }: LoadResult): LoadResult {
	const { latency: _, ...quietRest } = quiet;
	if (asked === undefined) return { ...load, quiet: quietRest };
	const { latency: __, ...askedRest } = asked;
	return { ...load, quiet: quietRest, asked: askedRest };
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
	const start = by % items.length;
	return [...items.slice(start), ...items.slice(0, start)];
}
