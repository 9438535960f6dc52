import { random32 } from "../http/random.ts";
import { HttpError } from "../http/http-error.ts";
import type { Role } from "./role.ts";
import { sipHash } from "./sip-hash.ts";

/** Failures that cost nothing, since people mistype. */
const FREE_FAILURES = 5;
/** Milliseconds of the longest delay. The first is one second, and each is twice the one before. */
const MAX_DELAY_MS = 60_000;
/** Milliseconds after which an address's failures are forgotten. */
const FORGET_AFTER_MS = 600_000;
/** Milliseconds within which requests count as one attempt. */
const BURST_MS = 1_000;
/** Most addresses that are remembered, with 16 bytes for each. */
const MAX_ADDRESSES = 256;
/** Rows that are compared for one to overwrite: all of them would cost more than the password that was wrong. */
const SAMPLE = 16;
/**
 * Recent failures of all addresses (one is forgiven each second) for which each address that has failed loses one free
 * failure.
 */
const CROWD_FAILURES = 10;
/** Most recent failures that are counted. With that many, an address waits for four seconds after its first failure. */
const MAX_RECENT_FAILURES = 60;

/**
 * How often each address has failed to give a password, and how long it has to wait. If many addresses fail at the same
 * time, each of them waits longer. An address that has not failed never waits.
 */
export class Attempts {
	readonly #now: () => number;
	/** Created at the first failure. */
	#table: Table | undefined;
	/** Failures of all addresses that are not forgiven, as of #counted. */
	#recent = 0;
	#counted = 0;
	/** The next of the table's rows to compare. */
	#turn = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** Throws an HttpError 429 if an address has to wait. */
	check(address: string): void {
		const at = this.find(address);
		if (at < 0) return;
		const now = this.#now(),
			wait = this.wait(at, now, this.recent(now));
		if (wait > 0)
			throw new HttpError(429, "too many wrong passwords from this address", {
				"Retry-After": Math.ceil(wait / 1_000),
			});
	}

	/** Returns how often an address has failed recently. */
	count(address: string): number {
		const at = this.find(address);
		return at < 0 ? 0 : this.#table!.counts[at];
	}

	/** Counts a failure of an address, with the password of a role, if it named one. */
	failed(address: string, role?: Role): void {
		const now = this.#now();
		const at = this.add(address, now),
			failures = role === "viewer" ? this.#table!.viewerFailures : this.#table!.failures;
		if (failures[at] < 0xff) failures[at]++;
		this.#recent = Math.min(MAX_RECENT_FAILURES, this.recent(now) + 1);
		this.#counted = now;
	}

	/**
	 * Counts a request that was turned away because others are being served, with a time to come again. Addresses that
	 * come sooner rank behind those that do not, but no address has to wait because of it. A browser sends several
	 * requests at once, which count as one.
	 */
	deferred(address: string): void {
		const at = this.find(address),
			now = this.#now();
		if (at < 0 || now - this.#table!.times[at] >= BURST_MS) this.add(address, now);
	}

	/** Counts one attempt, and returns the address's row. */
	private add(address: string, now: number): number {
		const table = (this.#table ??= new Table());
		let at = this.find(address);
		if (at < 0) {
			at = table.counts.indexOf(0);
			if (at < 0) at = this.leastBad(now);
			table.hashes[at] = table.hash(address);
			table.counts[at] = table.failures[at] = table.viewerFailures[at] = 0;
		}
		if (table.counts[at] < 0xffff) table.counts[at]++;
		table.times[at] = now;
		return at;
	}

	/**
	 * Forgets the failures of an address that has given the password of a role. The viewer's does not make up for guesses at
	 * the admin's.
	 */
	succeeded(address: string, role: Role): void {
		const at = this.find(address);
		if (at < 0) return;
		const { counts, failures, viewerFailures } = this.#table!;
		counts[at] = role === "admin" ? 0 : failures[at];
		viewerFailures[at] = 0;
	}

	/** Returns the address's row in the table, or -1 if it has none. */
	private find(address: string): number {
		const table = this.#table;
		if (!table) return -1;
		const at = table.hashes.indexOf(table.hash(address));
		if (at < 0 || table.counts[at] === 0) return -1;
		if (!this.isForgiven(at, this.#now())) return at;
		table.counts[at] = 0;
		return -1;
	}

	/** A clock that was set back must not make anybody wait for years. */
	private isForgiven(at: number, now: number): boolean {
		const passed = now - this.#table!.times[at];
		return passed < 0 || passed > FORGET_AFTER_MS;
	}

	/** Returns how long an address has to wait, in milliseconds. */
	private wait(at: number, now: number, recent: number): number {
		const { failures, times, viewerFailures } = this.#table!,
			all = failures[at] + viewerFailures[at];
		const beyond = all - FREE_FAILURES + Math.floor(recent / CROWD_FAILURES);
		return beyond < 0 || all === 0
			? 0
			: Math.max(0, Math.min(MAX_DELAY_MS, 1_000 * 2 ** beyond) - (now - times[at]));
	}

	private recent(now: number): number {
		const passed = now - this.#counted;
		return passed < 0 ? this.#recent : Math.max(0, this.#recent - passed / 1_000);
	}

	/**
	 * Chooses the row to overwrite, of the next ones in turn: the one with the shortest wait, then the fewest failures,
	 * then the oldest.
	 */
	private leastBad(now: number): number {
		const { counts, times } = this.#table!,
			recent = this.recent(now),
			begin = this.#turn;
		let least = begin,
			shortest = Infinity;
		this.#turn = (begin + SAMPLE) % MAX_ADDRESSES;
		for (let at = begin; at < begin + SAMPLE; at++) {
			if (this.isForgiven(at, now)) return at;
			const wait = this.wait(at, now, recent);
			if (
				wait > shortest ||
				(wait === shortest &&
					(counts[at] > counts[least] || (counts[at] === counts[least] && times[at] >= times[least])))
			)
				continue;
			least = at;
			shortest = wait;
		}
		return least;
	}
}

/**
 * One row for each address, in 4 kB and few slots, whatever their number. Rows are found by a keyed hash, so that
 * nobody can choose an address that shares another's row.
 */
class Table {
	readonly times: Float64Array;
	readonly hashes: Uint32Array;
	/** Failures, and how often the address came too soon. 0 in a free row. */
	readonly counts: Uint16Array;
	/** Failures with any password but the viewer's. */
	readonly failures: Uint8Array;
	readonly viewerFailures: Uint8Array;
	readonly #key0 = random32() | 0;
	readonly #key1 = random32() | 0;

	constructor() {
		const bytes = new ArrayBuffer(16 * MAX_ADDRESSES);
		this.times = new Float64Array(bytes, 0, MAX_ADDRESSES);
		this.hashes = new Uint32Array(bytes, 8 * MAX_ADDRESSES, MAX_ADDRESSES);
		this.counts = new Uint16Array(bytes, 12 * MAX_ADDRESSES, MAX_ADDRESSES);
		this.failures = new Uint8Array(bytes, 14 * MAX_ADDRESSES, MAX_ADDRESSES);
		this.viewerFailures = new Uint8Array(bytes, 15 * MAX_ADDRESSES, MAX_ADDRESSES);
	}

	hash(address: string): number {
		return sipHash(address, this.#key0, this.#key1);
	}
}
