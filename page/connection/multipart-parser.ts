/** One image of the stream: its field lines by lower-case name, and its bytes. */
export interface Part {
	readonly fields: ReadonlyMap<string, string>;
	readonly content: Uint8Array<ArrayBuffer>;
}

/** Bytes: a part's head has about eighty, and the largest JPEG of an OV5640 less than a megabyte. */
const LIMITS = { head: 4_096, content: 16_777_216 };

/**
 * Parses multipart/x-mixed-replace as it arrives, by each part's Content-Length: a search for the boundary would have
 * to read every byte of every image.
 */
export class MultipartParser {
	readonly #onPart: (part: Part) => void;
	/** Bytes before a part's content that are not a whole head yet. */
	#head = new Uint8Array(0);
	#fields: ReadonlyMap<string, string> | undefined;
	#content = new Uint8Array(0);
	#filled = 0;

	constructor(onPart: (part: Part) => void) {
		this.#onPart = onPart;
	}

	/** @throws Error if the bytes are not such a stream. */
	push(bytes: Uint8Array): void {
		while (bytes.length > 0) bytes = this.#fields ? this.#fill(bytes) : this.#begin(bytes);
	}

	/** Returns the rest of the bytes. */
	#begin(bytes: Uint8Array): Uint8Array {
		const known = this.#head.length;
		const head = new Uint8Array(known + bytes.length);
		head.set(this.#head);
		head.set(bytes, known);
		const end = endOfHead(head, Math.max(0, known - 3));
		// Checks where the head ends, not how much came with it: the result must not depend on how the stream is split.
		if (end < 0 ? head.length >= LIMITS.head : end > LIMITS.head) throw new Error("the stream has no parts");
		if (end < 0) {
			this.#head = head;
			return bytes.subarray(bytes.length);
		}
		this.#head = new Uint8Array(0);
		this.#fields = fieldsOf(new TextDecoder("latin1").decode(head.subarray(0, end)));
		const digits = this.#fields.get("content-length") ?? "";
		const length = Number(digits);
		// Only digits (RFC 9110, 8.6): Number() also accepts "" and "0x10".
		if (!/^[0-9]+$/.test(digits) || length > LIMITS.content)
			throw new Error("a part of the stream has no valid Content-Length");
		this.#content = new Uint8Array(length);
		this.#filled = 0;
		return this.#fill(head.subarray(end));
	}

	#fill(bytes: Uint8Array): Uint8Array {
		const count = Math.min(bytes.length, this.#content.length - this.#filled);
		this.#content.set(bytes.subarray(0, count), this.#filled);
		this.#filled += count;
		if (this.#filled === this.#content.length) {
			const part = { fields: this.#fields!, content: this.#content };
			this.#fields = undefined;
			this.#onPart(part);
		}
		return bytes.subarray(count);
	}
}

/** Returns the position after the empty line, or -1 if it has not arrived. */
function endOfHead(bytes: Uint8Array, from: number): number {
	for (let at = bytes.indexOf(0x0d, from); at >= 0 && at + 3 < bytes.length; at = bytes.indexOf(0x0d, at + 1)) {
		if (bytes[at + 1] === 0x0a && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a) return at + 4;
	}
	return -1;
}

/** Parses the field lines. Skips the delimiter before them, which has no colon. */
function fieldsOf(head: string): Map<string, string> {
	const fields = new Map<string, string>();
	for (const line of head.split("\r\n")) {
		const colon = line.indexOf(":");
		if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
	}
	return fields;
}
