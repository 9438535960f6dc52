/** Most addresses that are remembered. */
const MOST = 16;
/** Most visits that are counted for an address. */
const MOST_VISITS = 1_000;
/** Sweeps after which half of each address's visits are forgotten: ten minutes' worth. */
const AGE = 600;

/**
 * Remembers the addresses that were served while there were places for all. When places are short, these addresses come
 * before those that came with the crowd. Frequent visitors stay; a new address takes one visit from the least frequent
 * (Misra and Gries, "Finding repeated elements", 1982).
 */
export class Regulars {
	readonly #visits = new Map<string, number>();
	#sweeps = 0;

	has(address: string | undefined): boolean {
		return address !== undefined && this.#visits.has(address);
	}

	/** Counts a visit of an address that was served. */
	note(address: string | undefined): void {
		if (address === undefined) return;
		const visits = this.#visits.get(address);
		if (visits !== undefined) this.#visits.set(address, Math.min(MOST_VISITS, visits + 1));
		else if (this.#visits.size < MOST) this.#visits.set(address, 1);
		else this.displace(address);
	}

	/** Must be called in every sweep. */
	sweep(): void {
		if (++this.#sweeps % AGE !== 0) return;
		this.#visits.forEach((visits, address) => this.change(address, visits >> 1));
	}

	private displace(newcomer: string): void {
		let rarest = "",
			least = Infinity;
		this.#visits.forEach((visits, address) => {
			if (visits >= least) return;
			rarest = address;
			least = visits;
		});
		this.change(rarest, least - 1);
		if (least === 1) this.#visits.set(newcomer, 1);
	}

	private change(address: string, visits: number): void {
		if (visits > 0) this.#visits.set(address, visits);
		else this.#visits.delete(address);
	}
}
