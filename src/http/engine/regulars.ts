import Timer from "timer";

/** Milliseconds from an address's first visit until it is known. */
const PROBATION_MS = 5_000;
/** Most addresses that are remembered. */
const MAX_ADDRESSES = 16;
/** Sweeps in which an address counts one visit, however often it comes: a minute's worth. */
const PERIOD = 60;
/** One visit, which is counted. */
const FIRST = 3;
/** Most visits that addresses which are not remembered take from others in such a period. */
const MAX_TAKEN = 4;
/** Periods after which half of each address's visits are forgotten. */
const HALF_LIFE = 10;

/**
 * Remembers the addresses that were served while there were places for all. When places are short, these addresses come
 * before those that came with the crowd. Frequent visitors stay; a new address takes one visit from the least frequent
 * (Misra and Gries, "Finding repeated elements", 1982). Visits are counted by the minute, and the first counts after some
 * seconds, so that nobody becomes a regular, or takes the place of one, within seconds.
 */
export class Regulars {
	/** Twice the number of visits, plus 1 if that of this period is counted. */
	readonly #visits = new Map<string, number>();
	/** The addresses that came for the first time in the last seconds. */
	readonly #newcomers = new Map<string, Timer>();
	#taken = 0;
	#sweeps = 0;

	has(address: string | undefined): boolean {
		return address !== undefined && this.#visits.has(address) && !this.#newcomers.has(address);
	}

	/** Must be called when nobody is connected: there is no crowd. */
	admitNewcomers(): void {
		this.#newcomers.forEach((timer) => Timer.clear(timer));
		this.#newcomers.clear();
	}

	/** Forgets the addresses that came for the first time in the last seconds: they may be the crowd. */
	forgetNewcomers(): void {
		this.#newcomers.forEach((_, address) => this.change(address, 0));
	}

	/** Counts a visit of an address that was served. */
	note(address: string | undefined): void {
		if (address === undefined) return;
		const visits = this.#visits.get(address);
		if (visits !== undefined) this.#visits.set(address, (visits | 1) + (visits & 1 ? 0 : 2));
		else if (this.#visits.size < MAX_ADDRESSES) this.add(address);
		else if (this.#taken < MAX_TAKEN) this.displace(address);
	}

	/** Must be called in every sweep in which visits can be noted: nothing may be forgotten meanwhile. */
	sweep(): void {
		if (++this.#sweeps % PERIOD !== 0) return;
		this.#taken = 0;
		const half = this.#sweeps % (PERIOD * HALF_LIFE) === 0 ? 1 : 0;
		this.#visits.forEach((visits, address) => this.change(address, ((visits >> 1) >> half) << 1));
	}

	/** Takes a visit from the newest of the least frequent, whose place the newcomer takes if it was the last one. */
	private displace(newcomer: string): void {
		let rarest = "",
			least = Infinity;
		this.#visits.forEach((visits, address) => {
			if ((visits | 1) > least) return;
			rarest = address;
			least = visits | 1;
		});
		this.#taken++;
		this.change(rarest, this.#visits.get(rarest)! - 2);
		if (least === FIRST) this.add(newcomer);
	}

	private add(newcomer: string): void {
		this.#visits.set(newcomer, FIRST);
		this.#newcomers.set(
			newcomer,
			Timer.set(() => this.#newcomers.delete(newcomer), PROBATION_MS),
		);
	}

	private change(address: string, visits: number): void {
		if (visits > 1) return void this.#visits.set(address, visits);
		this.#visits.delete(address);
		const timer = this.#newcomers.get(address);
		if (timer) Timer.clear(timer);
		this.#newcomers.delete(address);
	}
}
