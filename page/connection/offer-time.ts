import { readState, setTime } from "./api.ts";

/** Sends this machine's time to a device that does not know the time. Somebody who may change the device calls it. */
export async function offerTime(): Promise<void> {
	try {
		const { time } = await readState();
		if (time === undefined) await setTime(Date.now() / 1_000);
	} catch {
		// The next connection tries again.
	}
}
