import { existsSync } from "node:fs";
import { join } from "node:path";
import { canBuild32, install32 } from "./bits32.mjs";
import { buildPage } from "./page.mjs";
import { buildHost, checkCompiler } from "./host.mjs";
import { buildLoad } from "./load.mjs";
import { compileFirmware, compileProgram, compileTests } from "./typescript.mjs";
import { installPackages } from "./packages.mjs";
import { output, root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

/** Whether the simulator runs its own host. Tests may replace it by setting YIELDCAM_HOST. */
const ownHost = process.env.YIELDCAM_HOST === undefined;

/** Prepares what the launcher needs to parse its options. */
export async function setUpLauncher() {
	checkNode();
	if (ownHost && !existsSync(join(output, "host/yieldcam-sim"))) checkCompiler();
	await installPackages({ dev: false });
	await compileFirmware();
	await buildPage();
}

/**
 * Prepares what the launcher needs to run a folder's program, or the firmware, in the simulator.
 *
 * @param {string} [app]
 * @param {Parameters<typeof buildHost>[0]} [target]
 */
export async function setUpHost(app = ".", target) {
	if (ownHost) await buildHost(target);
	// Again, since --watch calls this after each change.
	await compileFirmware();
	const { moduleMap, moduleMapFile, writeModuleMap } = await import("../../build/hosts/sim/cli/module-map.js");
	// Before the compiler, which says of a module of Node's how to install its types.
	const map = moduleMap({ root, app });
	await compileProgram(app);
	writeModuleMap(join(root, moduleMapFile(app)), map);
}

/** Prepares what the tests on the ESP32-S3's instructions need beyond `setUpTests`, and the counts beyond `setUpBench`. */
export async function setUpEmulation() {
	await buildPage();
	await setUpHost(".", "xtensa");
}

/** Prepares everything, including the tests and all hosts. */
export async function setUpTests() {
	const prepare = await setUpBench();
	if (process.env.YIELDCAM_INSTALL === "1" && process.getuid?.() === 0 && !canBuild32()) install32();
	await prepare();
	await buildHost("asan");
	if (canBuild32()) await buildHost("bits32");
}

/** Prepares what the bench needs to parse its options. Resolves to a function that prepares the rest. */
export async function setUpBench() {
	checkNode();
	checkCompiler();
	await installPackages({ dev: true });
	await compileFirmware();
	await compileTests();
	return async () => {
		await buildPage();
		await setUpHost();
		if (canBuild32()) await buildHost("metered");
		await buildLoad();
	};
}

function checkNode() {
	const [major, minor] = process.versions.node.split(".").map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		throw new CommandError(
			`Node ${process.versions.node} is too old: version 20.19 or newer is required, see https://nodejs.org/en/download`,
		);
}
