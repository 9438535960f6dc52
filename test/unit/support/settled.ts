import { advance } from "./time.ts";

/** What a promise comes to that waits for timers as well as for other promises. */
export async function settled<T>(promise: Promise<T>): Promise<T> {
	let pending = true;
	const over = (): void => {
		pending = false;
	};
	promise.then(over, over);
	while (pending) {
		for (let turn = 0; turn < 8; turn++)
			await Promise.resolve();
		advance(0);
	}
	return promise;
}
