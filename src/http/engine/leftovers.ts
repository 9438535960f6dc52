import type { BodySource } from "../body.ts";
import { countOf } from "./handler-places.ts";

/** Most streams of an address that go on without a client, while others of it may begin. */
const MAX_LEFT = 2;

/**
 * Counts what goes on of streams after their clients have disconnected, such as generators that sleep. Nobody can end these, and
 * only the machine sees their memory, so an address that leaves many gets no more.
 */
export class Leftovers {
	readonly #addresses: (string | undefined)[] = [];

	/** Whether a client of that address may get a generated stream. */
	admits(address: string | undefined): boolean {
		return countOf(this.#addresses, address) < MAX_LEFT;
	}

	/** Counts what goes on of a stream that has been closed, until that ends. */
	add(address: string | undefined, work: BodySource): void {
		if (!work.working) return;
		const addresses = this.#addresses;
		addresses.push(address);
		work.onDone = () => {
			addresses[addresses.indexOf(address)] = addresses[addresses.length - 1];
			addresses.length--;
		};
	}
}
