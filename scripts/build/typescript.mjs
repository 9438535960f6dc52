import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../support/root.mjs";
import { Progress } from "../support/progress.mjs";
import { unlessFresh } from "./fresh.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";

const SOURCES = [
	...["src", "hosts", "examples", "bench/yieldcam"].map((path) => ({ path, extensions: [".ts"] })),
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
export function compileFirmware() {
	return unlessFresh(
		{
			name: "firmware",
			inputs: SOURCES,
			outputs: ["build/hosts/sim/cli/main.js", "build/hosts/sim/sensor/main.js"],
		},
		() => compile("Compiling the TypeScript", ["hosts/sim"]),
	);
}

/** Folders of programs that the firmware's own project contains. */
const COMPILED = ["examples/", "bench/yieldcam", "hosts/", "src"];

/**
 * Compiles a program in another folder of the project than those that are compiled anyway.
 *
 * @param {string} app The folder, relative to the project's.
 */
export async function compileProgram(app) {
	if (app === "." || COMPILED.some((folder) => `${app}/`.startsWith(folder))) return;
	const folder = join(root, "build/programs", app);
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, "tsconfig.json"),
		JSON.stringify({
			extends: join(root, "tsconfig.base.json"),
			compilerOptions: { composite: false, rootDir: root, outDir: join(root, "build") },
			include: [join(root, app), join(root, "hosts/typings")],
			references: [{ path: join(root, "tsconfig.firmware.json") }],
		}),
	);
	await compile(`Compiling ${app}`, ["-p", folder]);
}

/** Compiles the tests and the scripts, which need types of packages that `npm start` does not install. */
export function compileTests() {
	return unlessFresh(
		{
			name: "tests",
			inputs: [
				...SOURCES,
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
 */
async function compile(label, projects) {
	const progress = new Progress(label);
	const tsc = createRequire(import.meta.url)
		.resolve("typescript/package.json")
		.replace(/package\.json$/, "bin/tsc");
	const { code, lines } = await runTool(process.execPath, [
		tsc,
		...(projects[0] === "-p" ? projects : ["--build", ...projects]),
	]);
	if (code !== 0) {
		progress.fail();
		process.stderr.write(`${lines.join("\n")}\n`);
		throw new CommandError("the TypeScript does not compile: see the lines above");
	}
	progress.end();
}
