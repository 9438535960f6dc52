import fc from "fast-check";

/** How much longer than in a run of all tests: `npm run fuzz` says so, and then no run is as the last. */
const factor = Number(process.env["YIELDCAM_FUZZ"] ?? 1);

/**
 * Tries a property on that many inputs, the same ones each time. What fast-check prints of a failure, seed and path,
 * is all that it takes to have it again.
 */
export function check<T extends [unknown, ...unknown[]]>(runs: number, property: fc.IPropertyWithHooks<T>): void {
	fc.assert(property, factor === 1 ? { numRuns: runs, seed: 419 } : { numRuns: Math.ceil(runs * factor) });
}

/** For mocha: no property may take longer. */
export const patience = 20_000 * Math.max(1, factor);
