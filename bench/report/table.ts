import { YARDSTICK } from "../servers/peers.ts";
import type { Row, Summary } from "./summary.ts";

type Column = readonly [heading: string, cell: (row: Row) => string];

const COLUMNS: readonly Column[] = [
	["server", ({ server }) => server],
	["µs/frame", ({ perFrame }) => rounded(perFrame)],
	[`× ${YARDSTICK}`, ({ ratio }) => (ratio === undefined ? "–" : ratio.toFixed(2))],
	["delivered", ({ delivered }) => `${(100 * delivered).toFixed(1)} %`],
	["fps in all", ({ total }) => rounded(total)],
	["least fps", ({ leastRate }) => leastRate.toFixed(1)],
	["largest gap ms", ({ largestGap }) => milliseconds(largestGap)],
	[
		"latency ms p50, p99",
		({ latency }) => (latency ? `${milliseconds(latency.p50)}, ${milliseconds(latency.p99)}` : "–"),
	],
	[
		"/status ms p50, p99, max",
		({ status }) => (status ? [status.p50, status.p99, status.max].map(milliseconds).join(", ") : "–"),
	],
	["peak MB", ({ peakMemory }) => (peakMemory / 1e6).toFixed(1)],
	["µs/frame of the load", ({ loadPerFrame }) => rounded(loadPerFrame)],
];

const SIMULATOR_COLUMNS: readonly Column[] = [
	["server", ({ server }) => server],
	["µs/frame", ({ perFrame }) => rounded(perFrame)],
	["of them, the script's thread", ({ perFrameMainThread }) => rounded(perFrameMainThread)],
	["threads in place of the driver", ({ perFrame, perFrameMainThread }) => rounded(perFrame - perFrameMainThread)],
	[
		"not counted: the simulated sensor, µs per frame requested from it",
		({ asidePerSourceFrame }) => rounded(asidePerSourceFrame),
	],
];

/** Returns a table with a row for each server in each scenario. */
export function table(summaries: readonly Summary[]): string {
	return format(COLUMNS, summaries);
}

/** Returns Markdown that is also readable as plain text. */
function format(columns: readonly Column[], summaries: readonly Summary[]): string {
	const headings = ["", ...columns.map(([heading]) => heading)];
	const rows = summaries.flatMap(({ scenario, rows }) =>
		rows.map((row, index) => [index ? "" : scenario.title, ...columns.map(([, cell]) => cell(row))]),
	);
	const widths = headings.map((heading, column) =>
		Math.max(heading.length, ...rows.map((row) => row[column].length)),
	);
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
	const rule = `|${widths.map((width, column) => (column < 2 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
	return [line(headings), rule, ...rows.map(line)].join("\n");
}

/** Returns a table of the parts of a device's processor time: the script, and the threads in place of hardware. */
export function simulatorTable(summaries: readonly Summary[]): string {
	return format(
		SIMULATOR_COLUMNS,
		summaries.map(({ scenario, rows }) => ({
			scenario,
			rows: rows.filter(({ asidePerSourceFrame }) => asidePerSourceFrame > 0),
		})),
	);
}

/** Returns the faults, a line each. */
export function faultLines(summaries: readonly Summary[]): string[] {
	return summaries.flatMap(({ scenario, rows }) =>
		rows.filter(({ faults }) => faults).map(({ server, faults }) => `${scenario.title}, ${server}: ${faults}`),
	);
}

function milliseconds(micros: number): string {
	return (micros / 1000).toFixed(micros < 100_000 ? 1 : 0);
}

function rounded(value: number): string {
	return Number.isFinite(value) ? value.toFixed(value < 10 ? 1 : 0) : "–";
}
