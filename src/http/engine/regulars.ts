/** Most addresses that are remembered. */
const MAX_ADDRESSES = 16;
/** Sweeps in which an address counts one visit, however often it comes: a minute's worth. */
const PERIOD = 60;
/** Most visits that addresses which are not remembered take from others in such a period. */
const MAX_TAKEN = 4;
/** Periods after which half of each address's visits are forgotten. */
const HALF_LIFE = 10;

/**
 * Remembers the addresses that were served while there were places for all. When places are short, these addresses come
 * before those that came with the crowd. Frequent visitors stay; a new address takes one visit from the least frequent
 * (Misra and Gries, "Finding repeated elements", 1982). Visits are counted by the minute, so that nobody becomes a regular, or
 * takes the place of one, within seconds.
 */
export class Regulars {
	readonly #visits = new Map<string, number>();
	/** Addresses whose visit of this period is counted. */
	readonly #seen = new Set<string>();
	#taken = 0;
	#sweeps = 0;

	has(address: string | undefined): boolean {
		return address !== undefined && this.#visits.has(address);
	}

	/** Counts a visit of an address that was served. */
	note(address: string | undefined): void {
		if (address === undefined || this.#seen.has(address)) return;
		const visits = this.#visits.get(address);
		if (visits !== undefined) this.#visits.set(address, visits + 1);
		else if (this.#visits.size < MAX_ADDRESSES) this.#visits.set(address, 1);
		else if (this.#taken === MAX_TAKEN || !this.displace(address)) return;
		this.#seen.add(address);
	}

	/** Must be called in every sweep. */
	sweep(): void {
		if (++this.#sweeps % PERIOD !== 0) return;
		this.#seen.clear();
		this.#taken = 0;
		if (this.#sweeps % (PERIOD * HALF_LIFE) !== 0) return;
		this.#visits.forEach((visits, address) => this.change(address, visits >> 1));
	}

	/** Takes a visit from the newest of the least frequent. Returns whether the newcomer takes its place. */
	private displace(newcomer: string): boolean {
		let rarest = "",
			least = Infinity;
		this.#visits.forEach((visits, address) => {
			if (visits > least) return;
			rarest = address;
			least = visits;
		});
		this.#taken++;
		this.change(rarest, least - 1);
		if (least > 1) return false;
		this.#seen.delete(rarest);
		this.#visits.set(newcomer, 1);
		return true;
	}

	private change(address: string, visits: number): void {
		if (visits > 0) this.#visits.set(address, visits);
		else this.#visits.delete(address);
	}
}
