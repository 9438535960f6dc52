import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "../options.ts";
import type { Run } from "../run.ts";
import type { BenchServer } from "../servers/server.ts";
import { drawCharts } from "./charts.ts";
import { describeMachine } from "./machine.ts";
import { summarize } from "./summary.ts";
import { faultLines, simulatorTable, table } from "./table.ts";

/** Writes results.json, results.md and the charts to a folder. Returns the text of results.md. */
export function writeReport(
	folder: string,
	runs: readonly Run[],
	servers: readonly BenchServer[],
	options: Options,
): string {
	const machine = describeMachine();
	const summaries = summarize(runs);
	const notes = servers.filter(({ note }) => note !== undefined).map(({ name, note }) => `${name}: ${note!}`);
	const text = [
		`${options.rounds} ${options.rounds === 1 ? "round" : "rounds"} of ${options.seconds} s with viewers only, from which µs/frame and latency are, and ${options.seconds} s with ${options.statusRate} requests for /status per second; medians, for /status over all rounds together. ${machine.cores} cores, ${machine.processor}, Linux ${machine.kernel}, Node ${machine.node}.`,
		table(summaries),
		...(summaries.some(({ rows }) => rows.some(({ asidePerSourceFrame }) => asidePerSourceFrame > 0))
			? [simulatorTable(summaries)]
			: []),
		[...faultLines(summaries), ...notes].map((line) => `- ${line}.`).join("\n"),
		"",
	].join("\n\n");
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, "results.json"),
		`${JSON.stringify({ machine, options, servers: servers.map(({ name, note }) => ({ name, note })), summaries, runs }, undefined, "\t")}\n`,
	);
	writeFileSync(join(folder, "results.md"), text);
	for (const [file, svg] of drawCharts(summaries)) writeFileSync(join(folder, file), svg);
	return text;
}
