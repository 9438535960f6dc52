/**
 * Freezes the prototype of a generator function's generators.
 *
 * Frozen parts of preloaded modules are in flash. The linker freezes classes and functions, but not this object, which
 * would take heap in every machine.
 */
export function freezeGenerator(generator: () => Generator): void {
	Object.freeze(generator.prototype);
}
