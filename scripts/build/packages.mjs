import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alone } from "./alone.mjs";
import { npmReason, runNpm } from "./npm.mjs";
import { Progress } from "../support/progress.mjs";
import { installed, root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

/**
 * The part of a lock file's entry for a package that is read here.
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 */

/**
 * Installs the packages of the lock file with npm, unless they are installed. With `dev`, also those for the tests.
 *
 * @param {{ readonly dev: boolean }} options
 */
export async function installPackages({ dev }) {
	if (installed || areInstalled(dev)) return;
	await alone(async () => {
		// Another command may have installed them meanwhile.
		if (!areInstalled(dev)) await install(dev);
	});
}

/** @param {boolean} dev */
async function install(dev) {
	// npm ci empties the folder first: installed packages for the tests would be lost.
	const tests = dev || Object.values(installedPackages()).some((entry) => entry.dev);
	const progress = new Progress(`Installing the npm packages${tests ? ", including those for the tests" : ""}`);
	const { code, lines } = await runNpm(["ci", tests ? "--include=dev" : "--omit=dev"]);
	if (code !== 0) {
		progress.fail();
		throw new CommandError(`npm could not install the packages: ${npmReason(lines)}`);
	}
	progress.end();
}

/** @param {boolean} dev */
function areInstalled(dev) {
	const there = installedPackages();
	return Object.entries(readPackages("package-lock.json"))
		.filter(([path, { dev: forTests }]) => path !== "" && (dev || !forTests))
		.every(([path, entry]) => isInstalled(entry, there[path]));
}

const installedPackages = () => readPackages("node_modules/.package-lock.json");

/**
 * An optional package may be missing: most are builds of one program for other machines.
 *
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} there
 */
function isInstalled({ version, integrity, optional }, there) {
	return there === undefined ? optional === true : there.version === version && there.integrity === integrity;
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>} The packages by their folders.
 */
function readPackages(file) {
	try {
		return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return {};
		throw error;
	}
}
