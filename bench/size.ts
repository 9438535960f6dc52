/**
 * Prints the firmware's bytecode by module and folder, and the size that the linked firmware keeps. `npm run size`.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findIdf, findModdable } from "#scripts/moddable/sdk.mjs";
import { linkedBytecode, linkedSlots, type ModuleBytecode, modulesOf } from "../test/moddable/bytecode.ts";
import { Esp32Build } from "../test/moddable/esp32-build.ts";

const BOARD = "xiao_esp32s3_sense";

type Row = Omit<ModuleBytecode, "name"> & { readonly modules: number };

function sum(modules: readonly ModuleBytecode[]): Row {
	const total = (column: "file" | "names" | "functions"): number =>
		modules.reduce((bytes, module) => bytes + module[column], 0);
	return { modules: modules.length, file: total("file"), names: total("names"), functions: total("functions") };
}

/** Throws an Error with the tool's output if it failed. */
function succeed({ code, output }: { code: number | null; output: string }): void {
	if (code !== 0) throw new Error(output);
}

if (!process.env["MODDABLE"] || !process.env["IDF_PATH"])
	console.log("skipped: the bytecode is made by the Moddable SDK and esp-idf, and MODDABLE or IDF_PATH is not set");
else {
	const moddable = findModdable();
	findIdf();
	const build = new Esp32Build({ moddable, idf: process.env["IDF_PATH"] }, BOARD);
	succeed(build.configure());
	succeed(build.make("mc.xs.c"));
	const modules = modulesOf(join(build.folder, "modules"), moddable.folder);
	const folders = [...new Set(modules.map(({ name }) => dirname(name)))].sort();
	console.table(Object.fromEntries(modules.map(({ name, ...bytes }) => [name, bytes])));
	console.table({
		...Object.fromEntries(
			folders.map((folder) => [folder, sum(modules.filter(({ name }) => dirname(name) === folder))]),
		),
		all: sum(modules),
	});
	const linked = readFileSync(join(build.folder, "mc.xs.c"), "utf8");
	console.log(
		`Linked for ${BOARD}: ${linkedBytecode(linked)} bytes of bytecode, and ${linkedSlots(linked)} slots of 16 bytes for all preloaded objects, including built-ins.`,
	);
}
