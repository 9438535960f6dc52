#!/usr/bin/env node
/** The command of the package, for programs of one's own: each works in the folder in which it is typed. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { isUsable, UNUSABLE } from "./support/program-folder.mjs";

const HELP = `yieldcam new FOLDER     makes a program
yieldcam start          runs the program of this folder in the simulator; --help lists the options
yieldcam flash          builds it for a board and flashes it; --help lists the options
yieldcam test           runs the tests of this folder: the files whose names end in .test.ts
`;

const COMMANDS = ["new", "start", "flash", "test", "help"];

const [, , typed, ...args] = process.argv;
const folder = resolve(".");
// The two others have a help of their own.
const command =
	(typed === "new" || typed === "test") && args.some((text) => /^(-h|--help)$/.test(text)) ? "help" : typed;

// Set before the modules that read it are loaded.
process.env.YIELDCAM_BUILD = resolve("build");

if (["start", "flash", "test"].includes(command) && !isUsable(folder)) {
	await exitWith(() =>
		Promise.reject(
			new CommandError(
				`a program cannot be in ${JSON.stringify(folder)}: rename the folder, which may not have ${UNUSABLE} in its path`,
			),
		),
	);
	process.exit();
}

switch (command) {
	case "start":
	case "flash":
		// The same command as in a checkout, for the program of this folder.
		process.argv.splice(2, 1, folder);
		await import(`./${command}.mjs`);
		break;
	case "new":
		await exitWith(async () => (await import("./program/new-program.mjs")).newProgram(args));
		break;
	case "test":
		await exitWith(async () => (await import("./program/test-program.mjs")).testProgram(folder, args));
		break;
	case "--version":
	case "-v":
		process.stdout.write(
			`${JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version}\n`,
		);
		break;
	case undefined:
	case "help":
	case "--help":
	case "-h":
		process.stdout.write(HELP);
		break;
	default:
		await exitWith(async () => {
			const { resembling } = await import("./support/did-you-mean.mjs"),
				nearest = resembling(command, COMMANDS);
			throw new CommandError(
				`there is no command ${command}: ${nearest === undefined ? "" : `did you mean ${nearest}? `}yieldcam --help lists them`,
			);
		});
}
