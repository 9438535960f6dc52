import type { Address, Kind } from "./address.ts";

/** What a consumer read at an address. Each kind of address has required members. */
export interface Seen {
	/** Pictures that it read whole; one at a snapshot's address, unless it fetches repeatedly. */
	readonly frames?: number;
	/** The size of every picture, as in "320x240". */
	readonly size?: string;
	readonly json?: unknown;
	/** The data of server-sent events by name, the first of each. */
	readonly events?: Readonly<Record<string, unknown>>;
	/** Values of metrics by name. */
	readonly metrics?: Readonly<Record<string, number>>;
}

export interface Visit {
	readonly url: string;
	readonly address: Address;
	/** Aborted when it takes too long: everything that was started must then end. */
	readonly signal: AbortSignal;
}

/**
 * Reads as the consumer's users make it read.
 *
 * @throws the error that the consumer reports
 */
export type Reading = (visit: Visit) => Promise<Seen>;

/** One reader of the camera's addresses. */
export interface Consumer {
	readonly name: string;
	/** What runs here, as a sentence without its end: the program itself, or the rules it follows and their source. */
	readonly what: string;
	/** How it reads each kind of address; it does not read a kind that is missing. */
	readonly reads: { readonly [kind in Kind]?: Reading };
	/** The paths it reads, if it does not read all addresses of its kinds. */
	readonly only?: readonly string[];
	/** Its source: npm, at least for most machines; the tests themselves, if only its rules run; otherwise Debian. */
	readonly from: "npm" | "these tests" | "Debian";
	/** The Debian packages that contain it, or contain it where npm does not. */
	readonly debian?: readonly string[];
	/** Whether all of it is installed. */
	readonly installed: boolean;
	/** As the program itself reports; that of its parts, if it only follows rules. */
	version(): Promise<string>;
	/** Ends everything that was started for several visits. */
	close?(): Promise<void>;
}

/** The consumer's way of reading the address, if it has one. */
export function readingOf(consumer: Consumer, address: Address): Reading | undefined {
	return consumer.only?.includes(address.path) === false ? undefined : consumer.reads[address.kind];
}

/** How many pictures of a stream each consumer reads. */
export const FRAME_COUNT = 10;
