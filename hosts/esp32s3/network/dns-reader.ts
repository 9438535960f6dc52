import { HEADER, skipName } from "./dns-wire.ts";

export const ANSWER = 1;
export const AUTHORITY = 2;
export const ADDITIONAL = 3;

/**
 * Reads a DNS message from where it lies: `question` until there are no more, then `record`. Nothing is
 * taken out of it, since a message may have a hundred records and the heap is small; names are looked at
 * with `isName`. A message that is cut off or senseless ends early, and never throws.
 */
export class DnsReader {
	readonly bytes: Uint8Array;
	readonly #view: DataView;
	#at = HEADER;
	#questions = 0;
	/** Records still to come, by section. */
	#left = [0, 0, 0, 0];

	/** Of the current question or record: where its name begins. */
	name = 0;
	type = 0;
	class = 0;

	// Of the current record.
	section = ANSWER;
	/** Seconds. */
	ttl = 0;
	/** Where its data begin and end. */
	data = 0;
	end = 0;

	constructor(message: ArrayBuffer) {
		this.bytes = new Uint8Array(message);
		this.#view = new DataView(message);
		if (this.bytes.length < HEADER) return;
		this.#questions = this.#view.getUint16(4);
		for (let section = ANSWER; section <= ADDITIONAL; section++)
			this.#left[section] = this.#view.getUint16(4 + 2 * section);
	}

	get complete(): boolean {
		return this.bytes.length >= HEADER;
	}

	get id(): number {
		return this.#view.getUint16(0);
	}

	get flags(): number {
		return this.#view.getUint16(2);
	}

	/** Where the current question ends, and the next begins. */
	get position(): number {
		return this.#at;
	}

	question(): boolean {
		if (this.#questions === 0 || !this.head(4)) return false;
		this.#questions--;
		return true;
	}

	/** Not before `question` has said that there are no more. */
	record(): boolean {
		while (this.section <= ADDITIONAL && this.#left[this.section] === 0) this.section++;
		if (this.section > ADDITIONAL || this.#questions > 0 || !this.head(10)) return false;
		this.ttl = this.#view.getUint32(this.#at - 6);
		this.data = this.#at;
		this.end = this.#at = this.data + this.#view.getUint16(this.data - 2);
		this.#left[this.section]--;
		return this.end <= this.bytes.length;
	}

	/** Reads a name, type and class, and passes over `length` bytes from the type on. */
	private head(length: number): boolean {
		const at = skipName(this.bytes, this.#at);
		if (at < 0 || at + length > this.bytes.length) return false;
		this.name = this.#at;
		this.type = this.#view.getUint16(at);
		this.class = this.#view.getUint16(at + 2);
		this.#at = at + length;
		return true;
	}
}
