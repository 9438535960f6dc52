import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { appFile } from "./app-file.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import { output, root } from "#scripts/support/root.mjs";
import { checkFolder, checkFrames, skippedLine } from "./frames.ts";
import { hostArguments } from "./host-command.ts";
import { help, type Options, parseOptions } from "./options.ts";
import { textOf } from "../sensor/path-text.ts";
import { optionPath } from "./option-path.ts";
import { runHost } from "./run-host.ts";

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
	const options = parseOptions(args);
	if (options === undefined) {
		process.stdout.write(help);
		return 0;
	}
	const frames = options.frames === undefined ? undefined : await checkFrames(options.frames);
	if (frames && frames.skipped.length > 0) complain(skippedLine(frames));
	if (options.unused.length > 0)
		complain(`${options.unused.join(" and ")} without effect: --frames serves files unchanged`);
	if (!existsSync(join(resolve(root, options.app), "manifest.json")))
		throw new CommandError(`"${options.app}" has no manifest.json: see those in examples/`);
	const files = options.files === undefined ? ownFiles(options.app) : await checkFolder("--files", options.files);
	await prepareHost(options.app);
	return await runHost(
		root,
		host,
		hostArguments(
			root,
			{
				...options,
				files,
				settings: await settingsFile(options),
				pins: options.pins === undefined ? undefined : textOf(await optionPath("--pins", options.pins)),
			},
			frames,
		),
	);
}

/** Returns the folder of files that an app brings along, if it does. */
function ownFiles(app: string): string | undefined {
	const folder = join(resolve(root, app), "files");
	return existsSync(folder) ? folder : undefined;
}

/**
 * Returns the file that keeps the settings. Simulators that run side by side have different ports, and files. Without a
 * port, nobody finds the simulator again, and none is kept.
 */
async function settingsFile({ app, port, settings }: Options): Promise<string | undefined> {
	if (settings !== undefined) return textOf(await optionPath("--settings", settings));
	if (port === 0) return undefined;
	return join(root, appFile(app, port === undefined ? "settings" : `settings-${port}`, "json"));
}

function complain(sentence: string): void {
	process.stderr.write(`yieldcam: ${sentence}\n`);
}
