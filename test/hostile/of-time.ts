import type { Failure } from "./arena.ts";

/**
 * Failures that depend on how much of the processor the machine gets: a test of two seconds beside another program that
 * takes half a second says nothing.
 */
const OF_TIME: ReadonlySet<string> = new Set(["viewers", "status", "calm"]);
const MAX_ATTEMPTS = 3;

export function isOfTime({ kind }: Failure): boolean {
	return OF_TIME.has(kind);
}

/** Plays a script up to three times, as long as it fails only in time. Resolves to the last failure. */
export async function playAgain(play: () => Promise<Failure | undefined>): Promise<Failure | undefined> {
	for (let attempt = 1; ; attempt++) {
		const failure = await play();
		if (!failure || attempt === MAX_ATTEMPTS || !isOfTime(failure)) return failure;
	}
}
