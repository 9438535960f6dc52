import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { npmReason, runNpm } from "../build/npm.mjs";
import { CommandError } from "../support/command-error.mjs";
import { isUsable, UNUSABLE } from "../support/program-folder.mjs";
import { installed, root } from "../support/root.mjs";

/**
 * Makes a folder with a program, and installs this package there. Resolves to the exit code.
 *
 * @param {readonly string[]} args
 */
export async function newProgram(args) {
	const [name] = args;
	if (args.length !== 1 || name.startsWith("-"))
		throw new CommandError("yieldcam new takes one folder: yieldcam new my-robot");
	const folder = resolve(name);
	check(name, folder);
	try {
		makeFolder(folder);
	} catch (error) {
		throw new CommandError(`${name} cannot be made: ${/** @type {Error} */ (error).message}`);
	}
	cpSync(join(root, "template"), folder, { recursive: true });
	// npm would leave out a file with this name.
	renameSync(join(folder, "gitignore"), join(folder, ".gitignore"));
	writeFileSync(
		join(folder, "package.json"),
		`${JSON.stringify(
			{
				name: packageName(basename(folder)),
				private: true,
				type: "module",
				scripts: { start: "yieldcam start", flash: "yieldcam flash", test: "yieldcam test" },
				dependencies: { yieldcam: source(folder) },
			},
			null,
			"\t",
		)}\n`,
	);
	const { code, lines } = await runNpm(["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder });
	if (code !== 0)
		throw new CommandError(`${name} is made, but npm could not install its packages there: ${npmReason(lines)}`);
	process.stdout.write(`${name} is made. Next:\n\n  cd ${quoted(name)}\n  npx yieldcam start\n`);
	return 0;
}

/**
 * Throws a CommandError if a program cannot be made in a folder.
 *
 * @param {string} name The folder, as it was typed.
 * @param {string} folder Its absolute path.
 */
function check(name, folder) {
	if (name === "" || !isUsable(folder))
		throw new CommandError(
			`${JSON.stringify(name)} cannot name a program: that takes a folder's name, without ${UNUSABLE}, also in the folders around it`,
		);
	// npm deletes what it has not installed there, and Node takes it for a package.
	if (folder.split("/").includes("node_modules"))
		throw new CommandError(`${name} would be in node_modules, which is npm's: choose another folder`);
	const status = statusOf(folder);
	if (status && !status.isDirectory()) throw new CommandError(`${name} is a file: choose another name`);
	if (status && readdirSync(folder).length > 0)
		throw new CommandError(`${name} is not empty: choose another name, or an empty folder`);
	const outer = programAround(dirname(folder));
	if (outer !== undefined)
		throw new CommandError(
			`${name} would be inside of the program ${outer}, which would take its files for its own: make it beside that, cd ${quoted(relative(".", dirname(outer)) || ".")}`,
		);
}

/**
 * Makes a folder, and those around it that do not exist.
 *
 * @param {string} folder
 */
function makeFolder(folder) {
	// Node's own way, `recursive`, tries forever where a folder takes no other, as in /proc.
	if (statusOf(folder)) return;
	makeFolder(dirname(folder));
	mkdirSync(folder);
}

/**
 * Returns what a path is, or undefined if nothing is there. A part of it may be a file, or not be readable.
 *
 * @param {string} path
 */
function statusOf(path) {
	try {
		return statSync(path);
	} catch {
		return undefined;
	}
}

/**
 * Returns the folder, this one or one around it, that has a program.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
function programAround(folder) {
	if (isProgram(folder)) return folder;
	const parent = dirname(folder);
	return parent === folder ? undefined : programAround(parent);
}

/**
 * Reports whether a folder has a program of this library.
 *
 * @param {string} folder
 */
function isProgram(folder) {
	try {
		return readFileSync(join(folder, "manifest.json"), "utf8").includes("hosts/manifest.json");
	} catch {
		return false;
	}
}

/**
 * Returns a path as a shell takes it.
 *
 * @param {string} path
 */
function quoted(path) {
	return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Returns where npm gets this package: from where it came from.
 *
 * @param {string} folder The program's.
 */
function source(folder) {
	if (!installed) return `file:${relative(folder, root)}`;
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const lock = join(root, "../.package-lock.json");
	/** @type {{ resolved?: string }} */
	const { resolved = "" } = existsSync(lock)
		? JSON.parse(readFileSync(lock, "utf8")).packages["node_modules/yieldcam"]
		: {};
	// A file's path is relative to the folder that node_modules is in.
	if (resolved.startsWith("file:"))
		return `file:${relative(folder, resolve(root, "../..", resolved.slice("file:".length)))}`;
	return resolved.startsWith("git") ? resolved : `^${version}`;
}

/** @param {string} name */
function packageName(name) {
	return (
		name
			.toLowerCase()
			.replace(/[^a-z0-9-]+/g, "-")
			.replace(/^-+|-+$/g, "") || "program"
	);
}
