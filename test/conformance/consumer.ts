import type { Address, Kind } from "./address.ts";

/** What a consumer made of an address. Each kind of address has what must be there. */
export interface Seen {
	/** Pictures that it read whole; of a snapshot's address one, unless it fetches again and again. */
	readonly frames?: number;
	/** Of every picture, as in "320x240". */
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
	/** Aborted when it takes too long: whatever was started is to end. */
	readonly signal: AbortSignal;
}

/**
 * Reads as the consumer's users have it read.
 *
 * @throws what the consumer says is wrong
 */
export type Reading = (visit: Visit) => Promise<Seen>;

/** One reader of the camera's addresses. */
export interface Consumer {
	readonly name: string;
	/** What runs here, as a sentence without its end: the program itself, or whose rules it follows and where they stand. */
	readonly what: string;
	/** How it reads each kind of address; a kind that is left out is none of its business. */
	readonly reads: { readonly [kind in Kind]?: Reading };
	/** The paths it reads, where it does not read all addresses of its kinds. */
	readonly only?: readonly string[];
	/** What brings it: npm, at least to most machines; its rules alone, the tests themselves; else Debian. */
	readonly from: "npm" | "these tests" | "Debian";
	/** The Debian packages that bring it, or bring it where npm does not. */
	readonly debian?: readonly string[];
	/** Whether all of it is here. */
	readonly installed: boolean;
	/** As the program itself says; of what it is made of, where it only follows rules. */
	version(): Promise<string>;
	/** Ends what has been started for several visits. */
	close?(): Promise<void>;
}

/** The consumer's way of reading the address, if it has one. */
export function readingOf(consumer: Consumer, address: Address): Reading | undefined {
	return consumer.only?.includes(address.path) === false ? undefined : consumer.reads[address.kind];
}

/** How many pictures of a stream each consumer reads. */
export const FRAME_COUNT = 10;
