import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { installPackages } from "../build/packages.mjs";
import { output as build } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

/** The SDK release with which this project is built and tested. */
export const RELEASE = "8.2.3";

/**
 * @typedef {object} Moddable
 * @property {string} folder
 * @property {string} tools The folder of its programs.
 * @property {string} platform mcconfig's name of this machine's simulator: lin, mac or win.
 */

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const PLATFORMS = { linux: "lin", darwin: "mac", win32: "win" };

/**
 * Finds the Moddable SDK by the environment variable MODDABLE. Throws if it is missing or has another release.
 *
 * @returns {Moddable}
 */
export function findModdable(folder = process.env.MODDABLE) {
	const remedy = `\`npx xs-dev setup\` installs the Moddable SDK and sets MODDABLE to its folder; this project needs release ${RELEASE}`;
	if (!folder) throw new CommandError(`MODDABLE is not set: ${remedy}`);
	const xs = join(folder, "xs/sources/xsCommon.h");
	if (!existsSync(xs)) throw new CommandError(`MODDABLE is ${folder}, where there is no Moddable SDK: ${remedy}`);
	// The SDK's sources do not name their release. The newest version of its engine, which comes first, identifies it.
	const [, engine] = /^\s*#define XS_MAJOR_VERSION (\d+)/m.exec(readFileSync(xs, "utf8")) ?? [];
	if (engine !== "17")
		throw new CommandError(
			`the Moddable SDK in ${folder} has another engine than release ${RELEASE} (XS 17): ${remedy.replace("setup", "update")}`,
		);
	const platform = PLATFORMS[process.platform] ?? process.platform;
	const tools = join(folder, "build/bin", platform, "release");
	if (!existsSync(join(tools, process.platform === "win32" ? "mcconfig.exe" : "mcconfig")))
		throw new CommandError(`the Moddable SDK in ${folder} has no tools in ${tools}: ${remedy}`);
	return { folder, tools, platform };
}

/** Checks for Espressif's esp-idf, by IDF_PATH. Throws if it is missing, or is not the release that the SDK needs. */
export function findIdf(folder = process.env.IDF_PATH) {
	const remedy = `Moddable ${RELEASE} takes esp-idf 6.0: https://docs.espressif.com/projects/esp-idf/en/v6.0/esp32s3/get-started/`;
	if (!folder) throw new CommandError(`IDF_PATH is not set, as esp-idf's export.sh sets it; ${remedy}`);
	const file = join(folder, "tools/cmake/version.cmake");
	if (!existsSync(file)) throw new CommandError(`IDF_PATH is ${folder}, where there is no esp-idf; ${remedy}`);
	/** @param {string} name */
	const part = (name) => new RegExp(`set\\(IDF_VERSION_${name} (\\d+)\\)`).exec(readFileSync(file, "utf8"))?.[1];
	const version = `${part("MAJOR")}.${part("MINOR")}`;
	if (version !== "6.0") throw new CommandError(`IDF_PATH is ${folder}, which is esp-idf ${version}; ${remedy}`);
}

/** The folder of mcconfig's output, and the one that mcconfig runs in: it wants the targets' paths relative to that. */
export const output = join(build, "moddable");
export const workingFolder = dirname(build);

/**
 * Returns an environment in which mcconfig, and the makefiles it writes, find the programs that they call.
 *
 * @param {Moddable} sdk
 * @returns {NodeJS.ProcessEnv}
 */
export function toolsEnvironment(sdk) {
	const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
	const path = [join(typescript, "bin"), sdk.tools, process.env.PATH].join(delimiter);
	return { ...process.env, MODDABLE: sdk.folder, PATH: path };
}

/**
 * Prints the command and runs it in this terminal. Resolves to its exit code.
 *
 * @param {Moddable} sdk
 * @param {readonly string[]} args
 * @param {{ readonly hidden?: readonly string[] }} [options]
 * @returns {Promise<number>}
 */
export async function mcconfig(sdk, args, { hidden = [] } = {}) {
	// It runs the project's tsc, and finds the typings in node_modules.
	await installPackages({ dev: false });
	process.stdout.write(`mcconfig ${args.map((arg) => shown(arg, hidden)).join(" ")}\n`);
	return new Promise((resolve, reject) => {
		const child = spawn("mcconfig", args, { cwd: workingFolder, stdio: "inherit", env: toolsEnvironment(sdk) });
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}

/**
 * Returns an argument as one would type it, without secret values.
 *
 * @param {string} arg
 * @param {readonly string[]} hidden
 */
function shown(arg, hidden) {
	const [name, ...value] = arg.split("=");
	if (value.length > 0 && hidden.includes(name)) return `${name}=…`;
	return /^[\w./:=@+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
