import { resolve } from "node:path";
import { listFrames } from "../hosts/sim/sensor/frame-folder.ts";
import { root } from "../test/support/root.ts";
import { HELP, type Options, parseOptions, UsageError } from "./options.ts";
import { drawPictures } from "./pictures.ts";
import { writeReport } from "./report/write-report.ts";
import { type Run, runAll } from "./run.ts";
import { scenariosOf } from "./scenarios.ts";
import { externalServer } from "./servers/external.ts";
import { PEERS } from "./servers/peers.ts";
import type { BenchServer } from "./servers/server.ts";
import { YIELDCAM_BOARD, YIELDCAM_HOST } from "./servers/yieldcam.ts";

/** Runs the bench from the command line. Calls `prepare` once the options are valid. Resolves to the exit code. */
export async function main(args: readonly string[], prepare: () => Promise<void>): Promise<number> {
	try {
		const options = parseOptions(args);
		if (options === undefined) {
			process.stdout.write(HELP);
			return 0;
		}
		checkNames(options);
		await prepare();
		await compare(options);
		return 0;
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`yieldcam: ${error.message} (npm run bench -- --help lists the options)\n`);
		return 1;
	}
}

async function compare(options: Options): Promise<void> {
	const frames = await framesOf(options);
	const servers = serversOf(options);
	const scenarios = scenariosOf(options);
	console.log(`Servers: ${servers.map(({ name }) => name).join(", ")}. Frames: ${frames}`);
	const runs = await runAll(servers, scenarios, frames, options, tell);
	const folder = resolve(root, options.out);
	process.stdout.write(
		`\n${writeReport(folder, runs, servers, options)}\nWritten to ${folder}: results.json, results.md and the charts\n`,
	);
}

function tell({ server, scenario, round, load: { quiet } }: Run): void {
	console.log(
		`round ${round}: ${scenario.title}: ${server}: ${quiet.frames} frames, ${(quiet.processorTime.server / quiet.frames).toFixed(1)} µs each`,
	);
}

async function framesOf({ frames }: Options): Promise<string> {
	const folder = resolve(root, frames ?? "build/bench-frames");
	if (frames === undefined) drawPictures(folder);
	if ((await listFrames(Buffer.from(folder))).paths.length === 0)
		throw new UsageError(`--frames: ${folder} contains no .jpg file`);
	return folder;
}

/** Returns the requested servers that are installed. */
function serversOf({ servers, peers: external }: Options): BenchServer[] {
	const wanted = (name: string): boolean => servers === undefined || servers.includes(name);
	const prepared = PEERS.filter(({ name }) => wanted(name)).flatMap((peer): BenchServer[] => {
		const server = peer.prepare();
		if (typeof server !== "string") return [server];
		console.log(`skipped ${peer.name}: ${server}`);
		return [];
	});
	return [
		...[YIELDCAM_HOST, YIELDCAM_BOARD].filter(({ name }) => wanted(name)),
		...prepared,
		...external.map(externalServer),
	];
}

function checkNames({ servers }: Options): void {
	const names = [YIELDCAM_HOST, YIELDCAM_BOARD, ...PEERS].map(({ name }) => name);
	for (const name of servers ?? [])
		if (!names.includes(name)) throw new UsageError(`--servers: "${name}" is not one of ${names.join(", ")}`);
}
