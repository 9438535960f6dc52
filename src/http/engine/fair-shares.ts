import { upgradedCount } from "./measures.ts";
import type { Measure, ShareHolder } from "./occupant.ts";
import type { Places } from "./places.ts";

/** Closes connections of addresses that have more of something than others, or less claim to it, for those others. */
export abstract class FairShares {
	protected readonly places: Places;

	constructor(places: Places) {
		this.places = places;
	}

	/** Reports whether an address was served before memory was short, or somebody has signed in from it. */
	isKnown(address: string | undefined): boolean {
		return this.places.suspicion(address) < 0;
	}

	/**
	 * Closes the connection of a client that a handler waits for to send content, for another that would have to wait: of an
	 * address with more against it; of an address that has at least two more such connections; or one of which little has
	 * arrived for a sweep. Returns false if there is none.
	 */
	abortContentWaiter(asker: ShareHolder): boolean {
		const { remoteAddress } = asker,
			suspicion = this.places.suspicion(remoteAddress),
			counts = this.places.totals((connection) => (connection.awaitsContent ? 1 : 0)),
			own = counts.get(remoteAddress) ?? 0;
		return this.places.abortFirst((connection) => {
			if (connection === asker || !connection.awaitsContent) return Infinity;
			if (this.places.suspicion(connection.remoteAddress) > suspicion) return 0;
			if (counts.get(connection.remoteAddress)! >= own + 2) return 1;
			return connection.contentStalled ? 2 : Infinity;
		});
	}

	/**
	 * Closes the oldest connection whose request is postponed, for another that is to be postponed: one of an address with
	 * at least as much against it, and the most. Returns false if there is none.
	 */
	abortPostponed(asker: ShareHolder): boolean {
		const suspicion = this.places.suspicion(asker.remoteAddress);
		return this.places.abortFirst((connection) => {
			const own = this.places.suspicion(connection.remoteAddress);
			return connection === asker || !connection.postponed || own < suspicion ? Infinity : -own;
		});
	}

	/**
	 * Closes the connection that has most of something, the newest of several, for one that needs some of it. Its address has to
	 * keep at least as much as the other's then has. Returns false if there is none.
	 *
	 * @param keep What an address may keep, however little others have.
	 */
	displace(measure: Measure, need: number, asker: ShareHolder, keep = 0): boolean {
		const totals = this.places.totals(measure),
			own = (totals.get(asker.remoteAddress) ?? 0) + need;
		return this.places.abortFirst((connection) => {
			const held = measure(connection),
				total = totals.get(connection.remoteAddress)!;
			return connection === asker || held === 0 || total <= keep || total - held < own ? Infinity : -held;
		}, true);
	}

	/**
	 * Closes the newest connection that has some of something, of the unknown address that has most of it, for a known client that
	 * needs some. Returns false if there is none.
	 */
	displaceStranger(measure: Measure, asker: ShareHolder): boolean {
		if (!this.isKnown(asker.remoteAddress)) return false;
		const totals = this.places.totals(measure);
		return this.places.abortFirst((connection) => {
			const { remoteAddress } = connection;
			return connection === asker || measure(connection) === 0 || this.isKnown(remoteAddress)
				? Infinity
				: -totals.get(remoteAddress)!;
		}, true);
	}

	/**
	 * Makes room for a handler, if only connections whose protocol was switched have places, which they do not give back: they make
	 * room as `displace` has it. Returns false if there is none to make room, or if a place may soon be free.
	 *
	 * @param upgrades Whether the handler is to switch the protocol: it competes with these connections, and not with others.
	 */
	displaceUpgraded(asker: ShareHolder, handlers: number, upgrades: boolean): boolean {
		let upgraded = 0;
		this.places.connections.forEach((connection) => (upgraded += upgradedCount(connection)));
		if (upgraded === 0 || (!upgrades && handlers > upgraded)) return false;
		return this.displace(upgradedCount, 1, asker) || this.displaceStranger(upgradedCount, asker);
	}
}
