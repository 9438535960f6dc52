import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { npmReason, runNpm } from "../build/npm.mjs";
import { CommandError } from "../support/command-error.mjs";
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
	if (existsSync(folder) && readdirSync(folder).length > 0) throw new CommandError(`${name} is not empty`);
	mkdirSync(folder, { recursive: true });
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
