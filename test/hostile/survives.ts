import { assert } from "chai";
import { Arena, type Failure } from "./arena.ts";
import { playAgain } from "./of-time.ts";
import { type Bounds, USUAL_BOUNDS } from "./player.ts";
import type { Track } from "./script.ts";

export interface Circumstances {
	/** A name in `targets`. */
	readonly target?: string;
	readonly viewers?: number;
	readonly bounds?: Bounds;
	/** No other client connects, since it would take a connection that the attackers could have. */
	readonly alone?: boolean;
	/** What the test itself asserts about the machine that has survived. */
	readonly then?: (arena: Arena) => Promise<void>;
}

/** Machines that have survived so far, by target and viewers. */
const arenas = new Map<string, Arena>();

/** Plays the tracks to a machine, asserts that it survives unchanged, and runs the test's own assertions. */
export async function survives(tracks: readonly Track[], circumstances: Circumstances = {}): Promise<void> {
	const failure = await playAgain(() => play(tracks, circumstances));
	assert.isUndefined(failure, failure && `${failure.kind}: ${failure.message}`);
}

async function play(
	tracks: readonly Track[],
	{ target = "firmware", viewers = 4, bounds = USUAL_BOUNDS, alone = false, then }: Circumstances,
): Promise<Failure | undefined> {
	const key = `${target} ${viewers}`;
	const arena = arenas.get(key) ?? (await Arena.start(target, { viewers }));
	arenas.delete(key);
	let passed = false;
	try {
		const failure = alone
			? ((await arena.try({ tracks }, { bounds, crashOnly: true })).failure ??
				(await arena.try({ tracks: [] })).failure)
			: (await arena.try({ tracks }, { bounds })).failure;
		if (failure) return failure;
		await then?.(arena);
		passed = true;
		arenas.set(key, arena);
		return undefined;
	} finally {
		if (!passed) await arena.stop().catch(() => {}); // its failure is reported already
	}
}

/** Stops the machines that are left. */
export async function closeArenas(): Promise<void> {
	for (const arena of arenas.values()) await arena.stop();
	arenas.clear();
}
