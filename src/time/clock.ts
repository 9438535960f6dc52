/** How the device knows the time: from a server of the network, or from an admin's browser. */
export type TimeSource = "network" | "admin";

/** Microseconds from the beginning of Unix time to that of 2026, before which no firmware with this code existed. */
const EARLIEST = 1_767_225_600_000_000;
/** And to that of 2100. */
const LATEST = 4_102_444_800_000_000;

/** Reports whether a time, in microseconds since 1970 (UTC), may be the present one. */
export function isPlausible(time: number): boolean {
	return time >= EARLIEST && time < LATEST;
}

/**
 * The time of day. A board has no clock that outlasts a restart, so it is unknown until a server or an admin sends it. The times
 * of frames are those of another clock, which never jumps; this one translates them.
 */
export class Clock {
	#source: TimeSource | undefined;
	#offset = 0;
	readonly #onSet: ((time: number) => void) | undefined;

	/** @param onSet Receives a time when it has been set, in microseconds since 1970 (UTC). */
	constructor(onSet?: (time: number) => void) {
		this.#onSet = onSet;
	}

	/** Who set the time; undefined while it is unknown. */
	get source(): TimeSource | undefined {
		return this.#source;
	}

	/** Microseconds to add to a time of the camera's clock to get the time since 1970 (UTC); 0 while that is unknown. */
	get offset(): number {
		return this.#offset;
	}

	/** Returns a time of the camera's clock in microseconds since 1970 (UTC); undefined while the time is unknown. */
	timeAt(micros: number): number | undefined {
		return this.#source === undefined ? undefined : micros + this.#offset;
	}

	/** Sets the time: at `now` of the camera's clock it was `time`, in microseconds since 1970 (UTC). */
	set(time: number, now: number, source: TimeSource): void {
		this.#offset = Math.round(time - now);
		this.#source = source;
		this.#onSet?.(time);
	}
}
