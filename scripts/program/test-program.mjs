import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compileFirmware, compileTestsOf } from "../build/typescript.mjs";
import { installPackages } from "../build/packages.mjs";
import { CommandError } from "../support/command-error.mjs";
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
				join(root, "scripts/program/node-setup.mjs"),
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
