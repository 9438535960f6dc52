import { assert } from "chai";
import { Arena } from "./arena.ts";
import { type Bounds, usualBounds } from "./player.ts";
import type { Track } from "./script.ts";

export interface Circumstances {
	/** As `targets` has it. */
	readonly target?: string;
	readonly viewers?: number;
	readonly bounds?: Bounds;
	/** What the test asserts itself, of the machine that has survived. */
	readonly then?: (arena: Arena) => Promise<void>;
}

/** Plays the tracks to a machine of their own, and asserts that nothing came of it; then what the test asserts itself. */
export async function survives(tracks: readonly Track[], { target = "firmware", viewers = 4, bounds = usualBounds, then }: Circumstances = {}): Promise<void> {
	const arena = await Arena.start(target, { viewers });
	try {
		const { failure } = await arena.try({ tracks }, { bounds });
		assert.isUndefined(failure, failure?.message);
		await then?.(arena);
	}
	finally {
		await arena.stop();
	}
}
