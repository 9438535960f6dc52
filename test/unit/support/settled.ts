import { advance } from "./time.ts";

/** More turns than any promise of the tests takes, the longest password check's included. */
const NEVER = 1_000_000;

/** What a promise comes to that waits for timers as well as for other promises. */
export async function settled<T>(promise: Promise<T>): Promise<T> {
	let pending = true;
	const over = (): void => {
		pending = false;
	};
	promise.then(over, over);
	for (let turns = 0; pending; turns++) {
		// Promises alone keep the test's own time limit from coming.
		if (turns === NEVER) throw new Error("the promise is never settled");
		for (let turn = 0; turn < 8; turn++) await Promise.resolve();
		advance(0);
	}
	return promise;
}
