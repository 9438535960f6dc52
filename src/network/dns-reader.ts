import { HEADER, skipName } from "./dns-wire.ts";

export const ANSWER = 1;
export const AUTHORITY = 2;
export const ADDITIONAL = 3;

/**
 * Reads a DNS message in place: call `question` until there are no more, then `record`. Nothing is copied, since a
 * message may have a hundred records and the heap is small; `isName` compares names. A truncated or malformed message
 * ends early; reading never throws.
 */
export class DnsReader {
	readonly bytes: Uint8Array;
	readonly #view: DataView;
	#at = HEADER;
	#questions = 0;
	/** Records left, by section. */
	#left = [0, 0, 0, 0];

	/** Offset of the name of the current question or record. */
	name = 0;
	type = 0;
	class = 0;

	// Fields of the current record.
	section = ANSWER;
	/** Seconds. */
	ttl = 0;
	/** Offsets of its data's beginning and end. */
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

	/** Offset at which the current question ends and the next begins. */
	get position(): number {
		return this.#at;
	}

	question(): boolean {
		if (this.#questions === 0 || !this.head(4)) return false;
		this.#questions--;
		return true;
	}

	/** Reads the next record. Call it only after `question` has returned false. */
	record(): boolean {
		while (this.section <= ADDITIONAL && this.#left[this.section] === 0) this.section++;
		if (this.section > ADDITIONAL || this.#questions > 0 || !this.head(10)) return false;
		this.ttl = this.#view.getUint32(this.#at - 6);
		this.data = this.#at;
		this.end = this.#at = this.data + this.#view.getUint16(this.data - 2);
		this.#left[this.section]--;
		return this.end <= this.bytes.length;
	}

	/** Reads a name, type and class, and skips `length` bytes from the type on. */
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
