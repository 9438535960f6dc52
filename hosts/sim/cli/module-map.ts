import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, relative, resolve } from "node:path";
import { appFile } from "./app-file.ts";
import { resembling } from "#scripts/support/did-you-mean.mjs";
import { CommandError } from "#scripts/support/command-error.mjs";
import { compiledProgram } from "#scripts/support/program-output.mjs";
import { type ProgramModules, programModules } from "#scripts/support/program-modules.mjs";
import { publicModules, refuseInternal } from "#scripts/support/public-modules.mjs";
import { type Manifest, provides, readManifests } from "./manifests.ts";

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

/** Modules that only a board has. */
const BOARD_MODULES: ReadonlySet<string> = new Set(["mc/config", "preference"]);

const EXTRAS = "src/extras";

/** A module's name does not depend on whether the firmware includes it. */
const LIBRARY: readonly ModuleFolder[] = [
	{ folder: "src", prefix: "yieldcam/", except: "extras" },
	// Tests in Node import it, and no device.
	{ folder: EXTRAS, prefix: "yieldcam/", except: "testing" },
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
	const native = JSON.parse(readFileSync(posix.join(root, NATIVE_MODULES), "utf8")) as Record<string, string>;
	const library = [...map.keys(), ...Object.keys(native)];
	for (const [specifier, path] of appModules(root, app, native, library)) map.set(specifier, path);
	for (const [specifier, path] of [...Object.entries(native), ...Object.entries(overrides)]) map.set(specifier, path);
	return map;
}

/**
 * Returns the program's own modules. Throws a CommandError if one imports what a board would lack, although the simulator
 * has the whole library.
 */
function appModules(
	root: string,
	app: string,
	native: Readonly<Record<string, string>>,
	library: readonly string[],
): [specifier: string, path: string][] {
	const folder = resolve(root, app);
	const { own, foreign } = programModules(folder);
	for (const [specifier, path] of own)
		if (specifier in native || BOARD_MODULES.has(specifier))
			throw new CommandError(`${path}.ts has the name of a module of the SDK: rename it`);
	if (app !== ".") refuseInternal(foreign, (specifier) => library.includes(specifier));
	checkImports(
		root,
		folder,
		foreign.filter(({ isType }) => !isType),
		library,
	);
	return [...own].map(([specifier, path]) => [
		specifier,
		relative(root, join(compiledProgram(app, root), `${path}.js`)),
	]);
}

function checkImports(
	root: string,
	folder: string,
	foreign: ProgramModules["foreign"],
	library: readonly string[],
): void {
	const manifest = join(folder, "manifest.json"),
		has = (manifests: readonly Manifest[], specifier: string): boolean =>
			manifests.some((one) => provides(one, specifier));
	const included = readManifests(manifest);
	for (const { specifier, place } of foreign) {
		// A manifest may name a whole folder, in which a module may be missing.
		const exists = !specifier.startsWith("yieldcam/") || library.includes(specifier);
		if (exists && has(included, specifier)) continue;
		const extra = exists ? parts(root).find((file) => has(readManifests(file), specifier)) : undefined;
		throw new CommandError(
			extra === undefined
				? `${place} imports ${specifier}, which no manifest has${hint(specifier, library)}`
				: `${place} imports ${specifier}, which a board would lack: add "${showPath(folder, extra)}" to "include" in ${manifest}`,
		);
	}
}

/** Returns what to say of a module that does not exist on a device. */
function hint(specifier: string, library: readonly string[]): string {
	if (isBuiltin(specifier)) return ": it is Node's, and a device has nothing of that";
	if (specifier.startsWith("yieldcam/testing/")) return ": it is for tests alone";
	if (specifier === "yieldcam") return ": import one of its modules, such as yieldcam/app/app";
	const isOurs = specifier.startsWith("yieldcam/"),
		others = library.filter((name) => !/^(yieldcam|sim|setup)\//.test(name)),
		nearest = resembling(specifier, isOurs ? [...publicModules()] : others);
	if (nearest !== undefined) return `: did you mean ${nearest}?`;
	return isOurs || specifier.includes(":")
		? ""
		: ": a device has no packages from npm. Copy what you need of it into a module of your own, and import that by a relative path, such as ./copied.ts";
}

/** Returns the manifests of the firmware, and of the parts of the library that it does not contain. */
function parts(root: string): string[] {
	const extras = readdirSync(join(root, EXTRAS), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => join(root, EXTRAS, name, "manifest.json"))
		.filter((file) => existsSync(file));
	return [join(root, "hosts/manifest.json"), ...extras];
}

/** Returns a file's path as a manifest in the folder would have it. */
function showPath(folder: string, file: string): string {
	const path = relative(folder, file);
	return path.startsWith(".") ? path : `./${path}`;
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
