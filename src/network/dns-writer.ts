import { HEADER } from "./dns-wire.ts";

/** More than all records of this board together, with the longest possible name, and a question before them. */
const CAPACITY = 1_024;

/** Writes a DNS message: sections in their order, names uncompressed. */
export class DnsWriter {
	readonly #bytes = new Uint8Array(CAPACITY);
	readonly #view = new DataView(this.#bytes.buffer);
	#at = HEADER;

	constructor(flags: number, id = 0) {
		this.#view.setUint16(0, id);
		this.#view.setUint16(2, flags);
	}

	question(name: Uint8Array, type: number, questionClass: number): void {
		this.count(0);
		this.put(name);
		this.put16(type);
		this.put16(questionClass);
	}

	/** Adds a question as it was received. */
	repeat(question: Uint8Array): void {
		this.count(0);
		this.put(question);
	}

	/** Adds a record; `ttl` is in seconds. */
	record(section: number, name: Uint8Array, type: number, recordClass: number, ttl: number, data: Uint8Array): void {
		this.count(section);
		this.put(name);
		this.put16(type);
		this.put16(recordClass);
		this.#view.setUint32(this.#at, ttl);
		this.#at += 4;
		this.put16(data.length);
		this.put(data);
	}

	finish(): Uint8Array {
		return this.#bytes.subarray(0, this.#at);
	}

	private count(section: number): void {
		const at = 4 + 2 * section;
		this.#view.setUint16(at, this.#view.getUint16(at) + 1);
	}

	private put(bytes: Uint8Array): void {
		this.#bytes.set(bytes, this.#at);
		this.#at += bytes.length;
	}

	private put16(value: number): void {
		this.#view.setUint16(this.#at, value);
		this.#at += 2;
	}
}
