/**
 * Freezes what a generator function has beside itself: the prototype of its generators.
 *
 * Preloaded modules lie in flash as far as they are frozen. The linker freezes classes, and functions, but
 * not this object, which would take heap in every machine.
 */
export function freezeGenerator(generator: () => Generator): void {
	Object.freeze(generator.prototype);
}
