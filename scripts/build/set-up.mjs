import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "./page.mjs";
import { buildHost, checkCompiler } from "./host.mjs";
import { buildLoad } from "./load.mjs";
import { compileFirmware, compileTests } from "./typescript.mjs";
import { installPackages } from "./packages.mjs";
import { root } from "../support/root.mjs";
import { SetupError } from "../support/setup-error.mjs";

/** Whether another host takes the built one's place: the tests' stand-in. */
const ownHost = process.env.YIELDCAM_HOST === undefined;

/** What the launcher needs to look at its options. */
export async function setUpLauncher() {
	checkNode();
	if (ownHost && !existsSync(join(root, "build/host/yieldcam-sim"))) checkCompiler();
	await installPackages({ dev: false });
	await compileFirmware();
	await buildPage();
}

/** What the launcher needs to run a program in the simulator: that of a folder, or the firmware. */
export async function setUpHost(app = ".") {
	if (ownHost) await buildHost();
	const { moduleMap, moduleMapFile, writeModuleMap } = await import("../../build/hosts/sim/cli/module-map.js");
	writeModuleMap(join(root, moduleMapFile(app)), moduleMap({ root, app }));
}

/** Everything, the tests and both hosts included. */
export async function setUpTests() {
	const prepare = await setUpBench();
	await prepare();
	await buildHost("asan");
}

/** What the bench needs to look at its options; resolves to what makes ready the rest. */
export async function setUpBench() {
	checkNode();
	checkCompiler();
	await installPackages({ dev: true });
	await compileFirmware();
	await compileTests();
	return async () => {
		await buildPage();
		await setUpHost();
		await buildHost("metered");
		await buildLoad();
	};
}

function checkNode() {
	const [major, minor] = process.versions.node.split(".").map(Number);
	if (major < 20 || (major === 20 && minor < 19))
		throw new SetupError(
			`Node ${process.versions.node} is too old: 20.19 or newer is needed, see https://nodejs.org/en/download`,
		);
}
