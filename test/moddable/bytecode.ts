import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The sizes in a module's bytecode. Bytes. */
export interface ModuleBytecode {
	readonly name: string;
	/** The .xsb file that xsc writes, with its head and the names of its natives. */
	readonly file: number;
	/** Names. Each file has its own table of them; the linked firmware has one for all. */
	readonly names: number;
	/**
	 * Functions and methods. The rest is outside of them: a preloaded module runs it when it is linked, and leaves it
	 * behind.
	 */
	readonly functions: number;
}

/** The modules below a folder of .xsb files, the largest first. */
export function modulesOf(folder: string, moddable: string): ModuleBytecode[] {
	const instructions = instructionSet(moddable);
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".xsb"))
		.map((name) => {
			const file = readFileSync(join(folder, name));
			const atoms = atomsOf(file);
			return {
				name: name.slice(0, -".xsb".length),
				file: file.length,
				names: atoms.get("SYMB")!.length,
				functions: functionBytes(atoms.get("CODE")!, instructions),
			};
		})
		.sort((a, b) => b.file - a.file);
}

/**
 * Bytes of bytecode in xsl's output for all modules, which is what the board's flash holds: the functions of preloaded
 * modules, as strings of C, and the others whole, as arrays.
 */
export function linkedBytecode(source: string): number {
	const functions = [...source.matchAll(/\.code = \{ \(txByte\*\)"((?:\\x[0-9a-f]{2})*)"/g)].map(
		([, bytes]) => bytes.length / "\\x00".length,
	);
	const modules = [...source.matchAll(/^static const txU1 gxCode\d+\[(\d+)\] = \{$/gm)].map(([, length]) =>
		Number(length),
	);
	return [...functions, ...modules].reduce((sum, bytes) => sum + bytes, 0);
}

/** Slots that the built-ins and the preloaded modules leave in flash: classes, constants, names. */
export function linkedSlots(source: string): number {
	return Number(/^#define mxHeapCount (\d+)$/m.exec(source)![1]);
}

/** The atoms in an .xsb file (xsc.c): big-endian length, head included, four letters, content. */
function atomsOf(file: Buffer): Map<string, Buffer> {
	const atoms = new Map<string, Buffer>();
	const head = 8;
	for (let at = head; at < file.length; at += file.readUInt32BE(at))
		atoms.set(file.toString("latin1", at + 4, at + head), file.subarray(at + head, at + file.readUInt32BE(at)));
	return atoms;
}

interface Instruction {
	readonly name: string;
	/**
	 * Bytes, operand included. 0: an identifier of two bytes follows. Negative: a length of -size bytes and that many bytes
	 * follow (xsCommon.c).
	 */
	readonly size: number;
}

function instructionSet(moddable: string): Instruction[] {
	const source = readFileSync(join(moddable, "xs/sources/xsCommon.c"), "utf8");
	const table = source.slice(source.indexOf("gxCodeSizes[XS_CODE_COUNT]"));
	return [...table.matchAll(/^\t(-?\d+) \/\* (XS_\w+) \*\//gm)].map(([, size, name]) => ({
		name: name,
		size: Number(size),
	}));
}

/** Bytes of the functions in a module's body, which is itself a function. */
function functionBytes(code: Buffer, instructions: readonly Instruction[]): number {
	let bodyEnd = 0;
	let bytes = 0;
	for (let at = 0; at < code.length;) {
		const { name, size } = instructions[code[at]];
		const end = at + (size > 0 ? size : size === 0 ? 3 : 1 - size + code.readUIntLE(at + 1, -size));
		at++;
		if (name.startsWith("XS_CODE_CODE_")) {
			const length = code.readUIntLE(at, end - at);
			if (end < bodyEnd) {
				bytes += length;
				at = end + length;
				continue;
			}
			bodyEnd = end + length;
		}
		at = end;
	}
	return bytes;
}
