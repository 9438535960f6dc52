import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Packages that apt did not bring in this run: trying again takes as long and brings no more. */
const refused = new Set<string>();

/**
 * The path of a program that no npm package contains. If it is missing, `npm test -- --install` makes apt install it;
 * without that option the tests are skipped, and a line names the command that would enable them.
 */
export function systemProgram(context: Mocha.Context, name: string, debianPackage = name): string {
	return (
		findProgram(name) ??
		install(name, debianPackage, () => findProgram(name)) ??
		missed(context, name, debianPackage)
	);
}

/** A file of a Debian package, installed or skipped as `systemProgram` does. */
export function systemFile(context: Mocha.Context, file: string, debianPackage: string): string {
	const there = (): string | undefined => (existsSync(file) ? file : undefined);
	const found = there() ?? install(debianPackage, debianPackage, there);
	return found ?? missed(context, file, debianPackage);
}

function missed(context: Mocha.Context, name: string, debianPackage: string): never {
	console.log(`    skipped, since ${name} is not installed; this enables it: apt-get install ${debianPackage}`);
	return context.skip();
}

/** A program's path, if it is on the PATH. */
export function findProgram(name: string): string | undefined {
	return (process.env["PATH"] ?? "")
		.split(delimiter)
		.map((folder) => join(folder, name))
		.find(executable);
}

export function executable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * Makes apt install a package, or several with spaces between them, if npm test was given --install and the user is
 * root; returns what `found` finds then.
 */
export function install(name: string, debianPackage: string, found: () => string | undefined): string | undefined {
	if (
		process.env["YIELDCAM_INSTALL"] !== "1" ||
		process.getuid?.() !== 0 ||
		findProgram("apt-get") === undefined ||
		refused.has(debianPackage)
	)
		return undefined;
	console.log(`    installing ${debianPackage} with apt-get, for ${name}`);
	// A fresh container has no package lists, and old lists may name versions that are gone.
	for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...debianPackage.split(" ")]])
		spawnSync("apt-get", args, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
	const installed = found();
	if (installed === undefined) refused.add(debianPackage);
	return installed;
}
