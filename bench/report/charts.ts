import { type BarChart, drawBarChart } from "./bar-chart.ts";
import type { Row, Summary } from "./summary.ts";

interface Chart {
	readonly file: string;
	readonly title: string;
	readonly unit: string;
	readonly where: (summary: Summary) => boolean;
	/** Returns undefined if the row has no bar. */
	readonly value: (row: Row) => number | undefined;
}

const live = ({ scenario }: Summary): boolean => !scenario.fastest && scenario.stalled === 0;

const CHARTS: readonly Chart[] = [
	{
		file: "processor-time.svg",
		title: "Processor time per delivered frame",
		unit: "µs",
		where: live,
		value: ({ perFrame }) => perFrame,
	},
	{
		file: "latency.svg",
		title: "From capture to the last byte read, 99th percentile",
		unit: "ms",
		where: live,
		value: ({ latency }) => latency && latency.p99 / 1000,
	},
	{
		file: "status.svg",
		title: "Time of /status, 99th percentile",
		unit: "ms",
		where: live,
		value: ({ status }) => status && status.p99 / 1000,
	},
	{ file: "memory.svg", title: "Peak memory", unit: "MB", where: live, value: ({ peakMemory }) => peakMemory / 1e6 },
	{
		file: "fastest.svg",
		title: "Whole frames per second, to all viewers together",
		unit: "fps",
		where: ({ scenario }) => scenario.fastest,
		value: ({ total }) => total,
	},
	{
		file: "stalled.svg",
		title: "Largest gap of a reading viewer, half of the viewers stalled",
		unit: "ms",
		where: ({ scenario }) => scenario.stalled > 0,
		value: ({ largestGap }) => largestGap / 1000,
	},
	{
		file: "stalled-memory.svg",
		title: "Peak memory, half of the viewers stalled",
		unit: "MB",
		where: ({ scenario }) => scenario.stalled > 0,
		value: ({ peakMemory }) => peakMemory / 1e6,
	},
];

/** Draws the charts for which there are figures. Returns SVG by file name. */
export function drawCharts(summaries: readonly Summary[]): Map<string, string> {
	return new Map(
		CHARTS.flatMap((chart) => {
			const groups = groupsOf(chart, summaries.filter(chart.where));
			return groups.length > 0
				? [[chart.file, drawBarChart({ title: chart.title, unit: chart.unit, groups })] as const]
				: [];
		}),
	);
}

function groupsOf({ value }: Chart, summaries: readonly Summary[]): BarChart["groups"] {
	return summaries
		.map(({ scenario, rows }) => ({
			title: scenario.title,
			bars: rows.flatMap((row) => {
				const number = value(row);
				return number !== undefined && Number.isFinite(number)
					? [{ label: row.server, value: number, own: row.server.startsWith("yieldcam") }]
					: [];
			}),
		}))
		.filter(({ bars }) => bars.length > 0);
}
