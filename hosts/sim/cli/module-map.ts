import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { appFile } from "./app-file.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import { readManifests } from "./manifests.ts";

/** A folder of TypeScript sources, and the prefix of its modules' names, which the path below the folder follows. */
export interface ModuleFolder {
	readonly folder: string;
	readonly prefix: string;
	/** A subfolder that has an entry of its own. */
	readonly except?: string;
}

export interface ModuleMapOptions {
	/** The project's folder; all paths in the map are relative to it. */
	readonly root: string;
	/** The folder of the program to run, with its manifest.json, relative to the project's. Default: the firmware. */
	readonly app?: string;
	/** Folders in addition to those of the firmware, such as the tests'. */
	readonly folders?: readonly ModuleFolder[];
	/** Modules that replace or complement the others: paths by specifier. */
	readonly overrides?: Readonly<Record<string, string>>;
}

/** The SDK's specifiers and the native modules, which are JavaScript in the source tree. */
const NATIVE_MODULES = "hosts/sim/modules/modules.json";

/** A module's name does not depend on whether the firmware includes it. */
const LIBRARY: readonly ModuleFolder[] = [
	{ folder: "src", prefix: "yieldcam/", except: "extras" },
	{ folder: "src/extras", prefix: "yieldcam/" },
];

/**
 * Maps each module to its file for the simulator, as the manifests do for the board. It lists the sources, not the
 * compiled files: tsc keeps the output of a deleted source, and the map must not hide that the module is gone.
 */
export function moduleMap({ root, app = ".", folders = [], overrides = {} }: ModuleMapOptions): Map<string, string> {
	const map = new Map<string, string>();
	for (const { folder, prefix, except } of [...LIBRARY, ...folders])
		for (const path of typescriptFiles(posix.join(root, folder)))
			if (except === undefined || !path.startsWith(`${except}/`))
				map.set(prefix + path, posix.join("build", folder, `${path}.js`));
	// The firmware's entry point is one program among several.
	map.delete("yieldcam/main");
	for (const [specifier, path] of appModules(root, app)) map.set(specifier, path);
	const native = JSON.parse(readFileSync(posix.join(root, NATIVE_MODULES), "utf8")) as Record<string, string>;
	for (const [specifier, path] of [...Object.entries(native), ...Object.entries(overrides)]) map.set(specifier, path);
	return map;
}

/** Returns the modules that the program's own manifest names. Throws a CommandError if one has no source. */
function appModules(root: string, app: string): [specifier: string, path: string][] {
	const { modules } = readManifests(posix.join(root, app, "manifest.json")).at(-1)!;
	return Object.entries(modules).map(([specifier, path]) => {
		const source = posix.join(app, String(path));
		if (String(path).includes("*") || !existsSync(posix.join(root, `${source}.ts`)))
			throw new CommandError(
				`${posix.join(app, "manifest.json")}: "${specifier}" is "${String(path)}", and there is no ${source}.ts`,
			);
		return [specifier, posix.join("build", `${source}.js`)];
	});
}

/** Returns the path of the map of a program's modules, relative to the project's folder. */
export function moduleMapFile(app: string): string {
	return appFile(app, "modules", "map");
}

/** Formats the map as `specifier<TAB>path` lines, as the host reads them. */
export function formatModuleMap(map: ReadonlyMap<string, string>): string {
	return [...map]
		.map(([specifier, path]) => `${specifier}\t${path}\n`)
		.sort()
		.join("");
}

/** Replaces the file atomically, and only if its content changes: a running host may be reading it. */
export function writeModuleMap(file: string, map: ReadonlyMap<string, string>): void {
	const text = formatModuleMap(map);
	if (readIfThere(file) === text) return;
	writeFileSync(`${file}.${process.pid}`, text);
	renameSync(`${file}.${process.pid}`, file);
}

function typescriptFiles(folder: string): string[] {
	let names: string[];
	try {
		names = readdirSync(folder, { recursive: true, encoding: "utf8" });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
	}
	return names
		.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
		.map((name) => name.slice(0, -".ts".length));
}

function readIfThere(file: string): string | undefined {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
}
