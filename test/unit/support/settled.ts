import { advance } from "./time.ts";

/** More turns than any promise of the tests takes, including the longest password check's. */
const NEVER = 1_000_000;

/** Returns the result of a promise that waits for timers as well as for other promises. */
export async function settled<T>(promise: Promise<T>): Promise<T> {
	let pending = true;
	const over = (): void => {
		pending = false;
	};
	promise.then(over, over);
	for (let turns = 0; pending; turns++) {
		// Promises alone would keep the test's own timeout from firing.
		if (turns === NEVER) throw new Error("the promise is never settled");
		for (let turn = 0; turn < 8; turn++) await Promise.resolve();
		advance(0);
	}
	return promise;
}
