import fc from "fast-check";

/** How many times longer than in a run of all tests: `npm run fuzz` sets it, and then every run differs. */
const factor = Number(process.env["YIELDCAM_FUZZ"] ?? 1);

/**
 * Checks a property on the given number of inputs, the same ones each time. The seed and path that fast-check prints
 * for a failure are enough to reproduce it.
 */
export function check<T extends [unknown, ...unknown[]]>(runs: number, property: fc.IPropertyWithHooks<T>): void {
	fc.assert(property, parameters(runs));
}

/** Does the same for a property whose check is asynchronous. */
export function checkAsync<T extends [unknown, ...unknown[]]>(
	runs: number,
	property: fc.IAsyncPropertyWithHooks<T>,
): Promise<void> {
	return fc.assert(property, parameters(runs));
}

function parameters<T>(runs: number): fc.Parameters<T> {
	return factor === 1 ? { numRuns: runs, seed: 419 } : { numRuns: Math.ceil(runs * factor) };
}

/** For mocha: the time limit of a property. */
export const patience = 20_000 * Math.max(1, factor);
