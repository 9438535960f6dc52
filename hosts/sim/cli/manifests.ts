import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { CommandError } from "#scripts/support/command-error.mjs";

/** What the machine is created with: bytes of chunks, slots of heap and of stack. */
export interface Creation {
	readonly chunk: { readonly initial: number };
	readonly heap: { readonly initial: number };
	readonly stack: number;
}

/** One of mcconfig's manifests, as far as the simulator reads it. */
export interface Manifest {
	/** The file that it was read from. */
	readonly file: string;
	/** Sources by specifier, relative to the file and without the extension; "*" stands for the files of a folder. */
	readonly modules: Readonly<Record<string, string | readonly string[]>>;
	/** Specifiers of the modules that are evaluated when the firmware is linked, so that their objects are in flash. */
	readonly preload: readonly string[];
	readonly creation: Partial<Creation> | undefined;
	/** What the program finds in its device's `config`. */
	readonly config: Readonly<Record<string, unknown>>;
}

type Include = string | readonly string[];

interface Written extends Partial<Manifest> {
	readonly include?: Include;
	readonly platforms?: Readonly<Record<string, { readonly include?: Include }>>;
}

/**
 * Reads a manifest and those that it includes for the desktop simulator, whose modules are the same except for the
 * SDK's own. Each follows those that it includes, as in mcconfig.
 */
export function readManifests(file: string): Manifest[] {
	const { include = [], platforms = {}, modules = {}, preload = [], creation, config = {} } = parse(file);
	const included = [include, platforms["lin"]?.include ?? []]
		.flat()
		.filter((path) => path.startsWith(".") || isAbsolute(path));
	return [
		...included.flatMap((path) => {
			const other = resolve(dirname(file), path);
			if (!existsSync(other)) throw new CommandError(`${file} includes ${path}, and there is no ${other}`);
			return readManifests(other);
		}),
		{ file, modules, preload, creation, config },
	];
}

/** Reports whether a manifest has a module. A "*" at the end of a name stands for the files of one folder. */
export function provides({ modules }: Manifest, specifier: string): boolean {
	const folder = specifier.slice(0, specifier.lastIndexOf("/") + 1);
	return specifier in modules || (folder !== "" && `${folder}*` in modules);
}

function parse(file: string): Written {
	const text = readFileSync(file, "utf8");
	try {
		return JSON.parse(text) as Written;
	} catch (error) {
		throw new CommandError(`${file} is not valid JSON: ${(error as Error).message}`);
	}
}
