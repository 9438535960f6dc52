import type { Quantiles } from "../load.ts";
import type { Run } from "../run.ts";
import type { Scenario } from "../scenarios.ts";
import { YARDSTICK } from "../servers/peers.ts";
import { quantile } from "./quantile.ts";

/** Medians of the rounds of one server in one scenario. Times are in microseconds. */
export interface Row {
	readonly server: string;
	/** Processor time of the server's processes, user and system, per whole frame that a viewer received. */
	readonly perFrame: number;
	/** The same for only their first threads. */
	readonly perFrameMainThread: number;
	/** `perFrame` as a multiple of the yardstick's, round by round, or undefined without it. */
	readonly ratio: number | undefined;
	/** Processor time of the processes in place of hardware, per frame requested from the source. */
	readonly asidePerSourceFrame: number;
	/** Processor time of the load generator, per whole frame. */
	readonly loadPerFrame: number;
	/** The share of the source's frames that arrived whole, over all reading viewers. */
	readonly delivered: number;
	/** Whole frames per second, to all viewers together. */
	readonly total: number;
	/** Frames per second of the viewer with the fewest. */
	readonly leastRate: number;
	readonly medianRate: number;
	readonly largestGap: number;
	readonly latency: { readonly p50: number; readonly p99: number } | undefined;
	/** Over all rounds together, since one round has too few requests. */
	readonly status: Quantiles | undefined;
	/** Bytes. */
	readonly peakMemory: number;
	/** The faults of all rounds, in words. */
	readonly faults: string;
}

export interface Summary {
	readonly scenario: Scenario;
	readonly rows: readonly Row[];
}

export function summarize(runs: readonly Run[]): Summary[] {
	const scenarios = [...new Map(runs.map(({ scenario }) => [scenario.title, scenario])).values()];
	const servers = [...new Set(runs.filter(({ round }) => round === 1).map(({ server }) => server))];
	return scenarios.map((scenario) => {
		const all = runs.filter((run) => run.scenario.title === scenario.title);
		const yardsticks = new Map(
			all.filter(({ server }) => server === YARDSTICK).map((run) => [run.round, perFrame(run)]),
		);
		const rows = servers
			.map((server) => all.filter((run) => run.server === server))
			.filter((own) => own.length > 0);
		return { scenario, rows: rows.map((own) => row(own, scenario, yardsticks)) };
	});
}

function row(runs: readonly Run[], scenario: Scenario, yardsticks: ReadonlyMap<number, number>): Row {
	const of = (value: (run: Run) => number | undefined) =>
		median(runs.map(value).filter((number) => number !== undefined));
	const orUndefined = (value: (run: Run) => number | undefined) =>
		runs.some((run) => value(run) !== undefined) ? of(value) : undefined;
	const reading = scenario.viewers - scenario.stalled;
	const [latency50, latency99] = [
		orUndefined(({ load }) => load.quiet.latency?.p50),
		orUndefined(({ load }) => load.quiet.latency?.p99),
	];
	const times = runs.flatMap(({ load }) => load.status?.times ?? []);
	return {
		server: runs[0].server,
		perFrame: of(perFrame),
		perFrameMainThread: of(({ load: { quiet } }) => quiet.processorTime.mainThreads / quiet.frames),
		ratio: orUndefined((run) =>
			yardsticks.has(run.round) ? perFrame(run) / yardsticks.get(run.round)! : undefined,
		),
		asidePerSourceFrame: of(({ load: { quiet } }) => quiet.processorTime.aside / (quiet.seconds * scenario.fps)),
		loadPerFrame: of(({ load: { quiet } }) => quiet.processorTime.load / quiet.frames),
		delivered: of(
			({ load }) =>
				phases(load).reduce((sum, { frames }) => sum + frames, 0) /
				(phases(load).reduce((sum, { seconds }) => sum + seconds, 0) * scenario.fps * reading),
		),
		total: of(({ load: { quiet } }) => quiet.frames / quiet.seconds),
		leastRate: of(({ load }) => Math.min(...phases(load).map(({ rates }) => rates?.least ?? 0))),
		medianRate: of(({ load: { quiet } }) => quiet.rates?.median ?? 0),
		largestGap: of(({ load }) => Math.max(...phases(load).map(({ largestGap }) => largestGap))),
		latency: latency50 === undefined || latency99 === undefined ? undefined : { p50: latency50, p99: latency99 },
		status:
			times.length > 0
				? { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) }
				: undefined,
		peakMemory: of(({ peakMemory }) => peakMemory),
		faults: faults(runs),
	};
}

/** Returns Infinity if no frame came. */
function perFrame({ load: { quiet } }: Run): number {
	return quiet.processorTime.server / quiet.frames;
}

function phases({ quiet, asked }: Run["load"]) {
	return asked === undefined ? [quiet] : [quiet, asked];
}

function faults(runs: readonly Run[]): string {
	const sum = (value: (run: Run) => number | undefined) => runs.reduce((total, run) => total + (value(run) ?? 0), 0);
	const counts: [number, string][] = [
		[sum(({ load }) => load.faults.broken), "broken frames"],
		[sum(({ load }) => load.faults.misplaced), "wrong lengths"],
		[sum(({ load }) => load.faults.refused), "viewers refused"],
		[sum(({ load }) => load.faults.ended), "streams ended"],
		[sum(({ load }) => load.status?.failed), "requests for /status failed"],
		[sum(({ load }) => load.status?.unanswered), "requests for /status unanswered"],
		[sum(({ load }) => (load.ready ? 0 : 1)), "runs in which a viewer got no first frames in time"],
	];
	return counts
		.filter(([count]) => count > 0)
		.map(([count, what]) => `${count} ${what}`)
		.join(", ");
}

function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
