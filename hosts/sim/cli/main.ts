import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError } from "#scripts/support/command-error.mjs";
import { refuseUnread } from "#scripts/flash/option-rules.mjs";
import { programSettings } from "#scripts/flash/program-settings.mjs";
import { exampleHint } from "#scripts/support/did-you-mean.mjs";
import { keptByNpm } from "#scripts/support/kept-by-npm.mjs";
import { isInProject } from "#scripts/support/program-output.mjs";
import { programModules } from "#scripts/support/program-modules.mjs";
import { installed, output, root, START } from "#scripts/support/root.mjs";
import { checkFolder, checkFrames, skippedLine } from "./frames.ts";
import { hostArguments, largestFrame } from "./host-command.ts";
import { help, OPTIONS, parseOptions, usage } from "./options.ts";
import { textOf } from "../sensor/path-text.ts";
import { npmEnd } from "./npm-end.ts";
import { optionPath } from "./option-path.ts";
import { PinsServer } from "./pins-server.ts";
import { runHost } from "./run-host.ts";
import { settingsFile } from "./settings-file.ts";
import { type Run, watch } from "./watch.ts";

/** Another host's binary can replace it: the tests' stand-in, or the one built with sanitizers. */
const ownHost = resolve(root, process.env["YIELDCAM_HOST"] ?? join(output, "host/yieldcam-sim"));

/**
 * Runs the simulator from the command line. Resolves to the exit code. It calls `prepareHost` only after it has checked
 * the options: nobody should wait for a compiler before a typing error is reported.
 */
export async function main(
	args: readonly string[],
	prepareHost: (app: string) => Promise<void>,
	host = ownHost,
): Promise<number> {
	const kept = keptByNpm(Object.keys(OPTIONS));
	if (kept !== undefined)
		throw new CommandError(
			`npm has taken --${kept} for itself: the options follow two dashes, ${START} --${kept} …`,
		);
	const options = parseOptions(args);
	if (options === undefined) {
		process.stdout.write(help);
		return 0;
	}
	const frames = options.frames === undefined ? undefined : await checkFrames(options.frames, largestFrame(options));
	const skipped = frames && skippedLine(frames);
	if (skipped !== undefined) complain(skipped);
	if (options.unused.length > 0)
		complain(`${options.unused.join(" and ")} without effect: --frames serves pictures as they are`);
	// With a fault, the firmware goes on without a camera, as on a board.
	if (options.sensor === "GC0308" && options.faults.length === 0) {
		const reason = "the sensor GC0308 gives no JPEG, which streams need: --sensor OV2640 simulates another";
		if (options.app === ".") throw usage(reason);
		complain(reason);
	}
	if (!existsSync(join(resolve(root, options.app), "manifest.json")))
		throw new CommandError(
			installed
				? `${options.app} has no program: go to a program's folder, or make one with npx yieldcam new my-robot`
				: `"${options.app}" has no manifest.json${exampleHint(options.app) || ": see those in examples/"}`,
		);
	if (options.app !== ".") refuseUnread(options.config, programSettings(resolve(root, options.app)), usage);
	const files = options.files === undefined ? ownFiles(options.app) : await checkFolder("--files", options.files);
	const given = options.pins === undefined ? undefined : textOf(await optionPath("--pins", options.pins));
	const server = options.pinsPage === undefined ? undefined : new PinsServer(root, given);
	const pins = server?.path ?? given;
	const npm = npmEnd();
	const prepare = async (): Promise<Run> => {
		await prepareHost(options.app);
		const settings = await settingsFile(root, options);
		const hostArgs = [
			"--lines",
			stackFolder(options.app),
			...hostArguments(root, { ...options, files, settings, pins }, frames),
		];
		return (stop) => runHost(root, host, hostArgs, stop);
	};
	try {
		if (server) process.stdout.write(`The pins are at ${await server.listen(options.pinsPage!)}\n`);
		if (options.watch) return await watch(() => programFiles(options.app), prepare, npm);
		const run = await prepare();
		return await run(npm);
	} finally {
		server?.close();
	}
}

/** Returns the folder of which the stacks of errors name the files. */
function stackFolder(app: string): string {
	return isInProject(app) ? resolve(root) : app;
}

/** Returns the files and folders that a program is made of. */
function programFiles(app: string): string[] {
	const folder = resolve(root, app);
	const own = [...programModules(folder).own.values()].map((path) => join(folder, `${path}.ts`));
	return [...own, join(folder, "manifest.json"), ...(installed ? [] : [join(root, "src"), join(root, "hosts")])];
}

/** Returns the folder of files that an app brings along, if it does. */
function ownFiles(app: string): string | undefined {
	const folder = join(resolve(root, app), "files");
	return existsSync(folder) ? folder : undefined;
}

function complain(sentence: string): void {
	process.stderr.write(`yieldcam: ${sentence}\n`);
}
