import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFirmware, compileTestsOf } from "../build/typescript.mjs";
import { installPackages } from "../build/packages.mjs";
import { CommandError } from "../support/command-error.mjs";
import { allImportsOf } from "../support/program-modules.mjs";
import { refuseInternal } from "../support/public-modules.mjs";
import { root } from "../support/root.mjs";

/**
 * Compiles a program's tests and runs them in Node. Resolves to the exit code.
 *
 * @param {string} folder
 * @param {readonly string[]} args For Node's test runner.
 */
export async function testProgram(folder, args) {
	if (!existsSync(join(folder, "manifest.json")))
		throw new CommandError("this folder has no program: there is no manifest.json");
	const tests = testsIn(folder);
	if (tests.length === 0) throw new CommandError("this folder has no tests: their names end in .test.ts");
	refuseInternal(importsFrom(folder, tests));
	await installPackages({ dev: false });
	await compileFirmware();
	const compiled = await compileTestsOf(folder, tests);
	return new Promise((done, reject) => {
		const child = spawn(
			process.execPath,
			[
				"--enable-source-maps",
				// The extras import what package.json exports to nobody else.
				"--conditions=internal",
				"--import",
				// A path would end at a "#" or a "?", and lose what looks like an encoded character.
				pathToFileURL(join(root, "scripts/program/node-setup.mjs")).href,
				"--test",
				...args,
				...compiled,
			],
			{ cwd: folder, stdio: "inherit" },
		);
		child.on("error", reject);
		child.on("close", (code) => done(code ?? 1));
	});
}

/**
 * Returns what modules, and those that they import by relative paths, import from elsewhere.
 *
 * @param {string} folder
 * @param {readonly string[]} paths
 */
function importsFrom(folder, paths) {
	const files = new Set(paths),
		foreign = [];
	// The set grows while it is walked.
	for (const file of files)
		for (const { specifier, line } of allImportsOf(readFileSync(file, "utf8"))) {
			const path = join(dirname(file), specifier.replace(/\.js$/, ".ts"));
			if (!specifier.startsWith(".")) foreign.push({ specifier, place: `${relative(folder, file)}:${line}` });
			// The compiler says that a file is missing.
			else if (path.endsWith(".ts") && existsSync(path)) files.add(path);
		}
	return foreign;
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testsIn(folder) {
	return readdirSync(folder, { withFileTypes: true })
		.filter(({ name }) => name !== "node_modules" && name !== "build" && !name.startsWith("."))
		.flatMap((entry) => {
			const path = join(folder, entry.name);
			return entry.isDirectory() ? testsIn(path) : entry.name.endsWith(".test.ts") ? [path] : [];
		});
}
