import { isDigits } from "./syntax/characters.ts";
import type { Machine } from "./machine.ts";

/** What XS takes for a name besides its bytes: a slot, a place in a table, the header of a chunk. */
const OVERHEAD = 32;

/** XS keeps what is written as an array's index as a number. */
function isIndex(name: string): boolean {
	return isDigits(name) && name.length < 10 && (name === "0" || !name.startsWith("0"));
}

/**
 * The property names that peers may add to the machine in its life. XS keeps each name that an object ever had: a client
 * that uses times as names would fill the heap within weeks.
 */
export class NewNames {
	readonly #machine: Machine;
	#left: number;

	/** @param size Bytes that the names may take, with 32 for each. */
	constructor(machine: Machine, size: number) {
		this.#machine = machine;
		this.#left = size;
	}

	/** Whether an object may have a member of this name at no cost. */
	isKnown(name: string): boolean {
		return this.#machine.isName(name) || isIndex(name);
	}

	hasRoom(names: readonly string[]): boolean {
		return sizeOf(names) <= this.#left;
	}

	/** Objects have members of these names now. */
	take(names: readonly string[]): void {
		this.#left -= sizeOf(names);
	}
}

function sizeOf(names: readonly string[]): number {
	return names.reduce((sum, name) => sum + name.length + OVERHEAD, 0);
}
