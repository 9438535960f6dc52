import { isDigits } from "./syntax/characters.ts";
import type { Machine } from "./machine.ts";

/** Bytes that XS takes for a name besides its own: a slot, a place in a table, the header of a chunk. */
const OVERHEAD = 32;

/** Reports whether a name is written as an array's index. XS keeps such a name as a number. */
function isIndex(name: string): boolean {
	return isDigits(name) && name.length < 10 && (name === "0" || !name.startsWith("0"));
}

/**
 * The property names that peers may add to the machine in its lifetime. XS keeps each name that an object ever had: a
 * client that uses times as names would fill the heap within weeks.
 */
export class NewNames {
	readonly #machine: Machine;
	#left: number;

	/** @param size Bytes that the names may take, including 32 of overhead for each. */
	constructor(machine: Machine, size: number) {
		this.#machine = machine;
		this.#left = size;
	}

	/** Reports whether an object may have a member of this name at no cost. */
	isKnown(name: string): boolean {
		return this.#machine.isName(name) || isIndex(name);
	}

	/** Reports whether there is room for all of these names together. */
	hasRoom(names: readonly string[]): boolean {
		return sizeOf(names) <= this.#left;
	}

	/** Counts names that objects now have as members. */
	take(names: readonly string[]): void {
		this.#left -= sizeOf(names);
	}
}

function sizeOf(names: readonly string[]): number {
	return names.reduce((sum, name) => sum + name.length + OVERHEAD, 0);
}
