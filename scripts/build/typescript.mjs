import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { programModules } from "../support/program-modules.mjs";
import { compiledProgram, isInProject, programOutput } from "../support/program-output.mjs";
import { installed, output, root } from "../support/root.mjs";
import { Progress } from "../support/progress.mjs";
import { unlessFresh } from "./fresh.mjs";
import { withHint } from "./hints.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";

const SOURCES = [
	...["src", "hosts"].map((path) => ({ path, extensions: [".ts"] })),
	{ path: "tsconfig.base.json" },
	{ path: "tsconfig.firmware.json" },
	{ path: "hosts/sim/tsconfig.json" },
	// The launcher shares these with the scripts.
	{ path: "scripts/flash", extensions: [".mjs", ".json"] },
	{ path: "scripts/support", extensions: [".mjs"] },
	{ path: "scripts/tsconfig.json" },
	// The packages contain types.
	{ path: "node_modules/.package-lock.json" },
];

/** Compiles the firmware, the launcher and the sensor. */
export async function compileFirmware() {
	if (installed) return;
	await unlessFresh(
		{
			name: "firmware",
			inputs: SOURCES,
			outputs: ["hosts/sim/cli/main.js", "hosts/sim/sensor/main.js"],
		},
		() => compile("Compiling the TypeScript", ["hosts/sim"]),
	);
}

/**
 * Compiles a program, and nothing else: a mistake in another program, or in a test, does not stop it.
 *
 * @param {string} app The folder, relative to the project's.
 */
export async function compileProgram(app) {
	if (app === ".") return;
	const folder = resolve(root, app),
		inProject = isInProject(app);
	const sources = [...programModules(folder).own.values()].map((path) => join(folder, `${path}.ts`));
	const own = programOutput(app),
		compiled = compiledProgram(app);
	await unlessFresh(
		{
			name: basename(own),
			inputs: [
				...sources.map((path) => ({ path })),
				{ path: "tsconfig.program.json" },
				{ path: installed ? "package.json" : "build/fresh/firmware" },
			],
			outputs: sources.map((path) =>
				relative(output, join(compiled, relative(folder, path).replace(/ts$/, "js"))),
			),
		},
		async () => {
			mkdirSync(own, { recursive: true });
			writeFileSync(
				join(own, "tsconfig.json"),
				JSON.stringify({
					extends: join(root, "tsconfig.program.json"),
					compilerOptions: { noEmit: false, declaration: false, rootDir: folder, outDir: compiled },
					files: [...sources, join(root, "hosts/typings/device.d.ts")],
				}),
			);
			await compile(`Compiling ${inProject ? app : basename(folder)}`, ["-p", own], inProject ? root : folder);
		},
	);
}

/**
 * Compiles a program's tests for Node. Resolves to the compiled files.
 *
 * @param {string} folder
 * @param {readonly string[]} tests
 */
export async function compileTestsOf(folder, tests) {
	const own = join(programOutput(folder), "tests");
	// A deleted module's output must not stay behind.
	rmSync(own, { recursive: true, force: true });
	mkdirSync(own, { recursive: true });
	writeFileSync(
		join(own, "tsconfig.json"),
		JSON.stringify({
			extends: join(root, "tsconfig.program.json"),
			compilerOptions: {
				noEmit: false,
				declaration: false,
				rootDir: folder,
				outDir: own,
				// The program finds no types of Node, which a device lacks, but its tests run there.
				types: [dirname(createRequire(import.meta.url).resolve("@types/node/package.json"))],
			},
			files: [...tests, join(root, "hosts/typings/device.d.ts")],
		}),
	);
	// Node decides by the nearest package.json how to read the compiled files.
	writeFileSync(join(own, "package.json"), JSON.stringify({ type: "module" }));
	await compile("Compiling the tests", ["-p", own], folder);
	return tests.map((path) => join(own, relative(folder, path).replace(/ts$/, "js")));
}

/** Compiles the tests and the scripts, which need types of packages that `npm start` does not install. */
export function compileTests() {
	return unlessFresh(
		{
			name: "tests",
			inputs: [
				...SOURCES,
				{ path: "tsconfig.examples.json" },
				{ path: "examples", extensions: [".ts"] },
				{ path: "test", extensions: [".ts"] },
				{ path: "bench", extensions: [".ts"] },
				{ path: "scripts", extensions: [".mjs", "tsconfig.json"] },
				{ path: "page/tsconfig.json" },
				{ path: "test/unit/tsconfig.json" },
				{ path: "test/tsconfig.json" },
			],
			outputs: [],
		},
		() => compile("Compiling the tests", ["test", "scripts"]),
	);
}

/**
 * @param {string} label
 * @param {readonly string[]} projects
 * @param {string} [cwd] Errors name files relative to it.
 */
async function compile(label, projects, cwd = root) {
	const progress = new Progress(label);
	const tsc = createRequire(import.meta.url)
		.resolve("typescript/package.json")
		.replace(/package\.json$/, "bin/tsc");
	const args = projects[0] === "-p" ? projects : ["--build", ...projects];
	const { code, lines } = await runTool(process.execPath, [tsc, ...args], { cwd });
	if (code !== 0) {
		progress.fail();
		process.stderr.write(`${lines.map(withHint).join("\n")}\n`);
		throw new CommandError("the TypeScript does not compile: see the lines above");
	}
	progress.end();
}
