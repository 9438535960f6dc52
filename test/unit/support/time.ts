import Timer from "timer";
import type Clock from "./clock.ts";

// In the unit tests the `timer` module is the clock.
const clock = Timer as unknown as typeof Clock;

/** Lets time pass, and calls the timers that are due. */
export function advance(milliseconds: number): void {
	clock.advance(milliseconds);
}

/** Number of timers that are set. */
export function pendingTimers(): number {
	return clock.pending;
}

export function resetClock(): void {
	clock.reset();
}
