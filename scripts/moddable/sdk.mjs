import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installPackages } from "../packages.mjs";
import { root } from "../root.mjs";
import { SetupError } from "../setup-error.mjs";

/** The release that this project is built and checked with. */
export const release = "8.2.3";

const platforms = { linux: "lin", darwin: "mac", win32: "win" };

/** The Moddable SDK, through the environment variable MODDABLE; throws where there is none to use. */
export function findModdable(folder = process.env.MODDABLE) {
	const remedy = `\`npx xs-dev setup\` installs the Moddable SDK, ${release} is meant, and sets MODDABLE to its folder`;
	if (!folder)
		throw new SetupError(`MODDABLE is not set: ${remedy}`);
	const xs = join(folder, "xs/sources/xsCommon.h");
	if (!existsSync(xs))
		throw new SetupError(`MODDABLE is ${folder}, where there is no Moddable SDK: ${remedy}`);
	// The SDK's sources do not say which release they are; its engine's version tells.
	if (!/^\s*#define XS_MAJOR_VERSION 17$/m.test(readFileSync(xs, "utf8")))
		throw new SetupError(`the Moddable SDK in ${folder} has another engine than release ${release} (XS 17): ${remedy.replace("setup", "update")}`);
	const platform = platforms[process.platform] ?? process.platform;
	const tools = join(folder, "build/bin", platform, "release");
	if (!existsSync(join(tools, process.platform === "win32" ? "mcconfig.exe" : "mcconfig")))
		throw new SetupError(`the Moddable SDK in ${folder} has no tools in ${tools}: ${remedy}`);
	return { folder, tools, platform };
}

/** Where mcconfig leaves what it builds. */
export const output = join(root, "build/moddable");

/** The environment in which mcconfig, and the makefiles it writes, find what they call. */
export function toolsEnvironment(sdk) {
	const path = [join(root, "node_modules/.bin"), sdk.tools, process.env.PATH].join(delimiter);
	return { ...process.env, MODDABLE: sdk.folder, PATH: path };
}

/** Prints the command and runs it in the project's folder, in this terminal; resolves to its exit code. */
export async function mcconfig(sdk, args, { hidden = [] } = {}) {
	// It runs the project's tsc, and finds the typings in node_modules.
	await installPackages({ dev: false });
	process.stdout.write(`mcconfig ${args.map((arg) => shown(arg, hidden)).join(" ")}\n`);
	return new Promise((resolve, reject) => {
		const child = spawn("mcconfig", args, { cwd: root, stdio: "inherit", env: toolsEnvironment(sdk) });
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}

/** As one would type it, without the values that nobody should read over a shoulder. */
function shown(arg, hidden) {
	const [name, ...value] = arg.split("=");
	if (value.length > 0 && hidden.includes(name))
		return `${name}=…`;
	return /^[\w./:=@+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
