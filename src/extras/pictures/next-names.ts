import type { Directory } from "yieldcam/device/files";
import { lowerCase } from "yieldcam/http/syntax/ascii";
import { compareNaturally } from "./natural-order.ts";

/**
 * Names that are kept at a time, and their characters in all: a folder may hold more than the script's heap does. When
 * they are used up all of the directory is read again, for the next.
 */
const MAX_NAMES = 128,
	MAX_CHARACTERS = 4_096;

/**
 * The JPEG files of a directory that come next after a name, in natural order and around: behind the last comes the
 * first. The directory is read in steps, each time anew, so that files may come and go.
 */
export class NextNames {
	readonly #after: string;
	readonly #names: string[] = [];
	readonly #onName: (name: string) => void;
	#scan: Iterator<string> | undefined;
	#count = 0;
	#characters = 0;
	/** There was no room for one: none has room behind the last any more, or there would be a gap. */
	#dropped = false;

	/**
	 * Throws what the directory throws.
	 *
	 * @param after The name before the first; "" where there is none.
	 * @param onName Is told each name of a JPEG file that there is, also those that do not come next.
	 */
	constructor(directory: Directory, after: string, onName: (name: string) => void = () => {}) {
		this.#after = after;
		this.#onName = onName;
		this.#scan = directory.scan();
	}

	/** Names on the list. */
	get length(): number {
		return this.#names.length;
	}

	/** Names read so far, of whatever they are. */
	get count(): number {
		return this.#count;
	}

	/** Reads so many names more; false once there are no more. Throws what the directory throws. */
	read(count: number): boolean {
		for (; this.#scan && count > 0; count--) {
			const { done, value } = this.#scan.next();
			if (done) {
				this.#scan = undefined;
				break;
			}
			this.#count++;
			if (!isJpegName(value)) continue;
			this.#onName(value);
			this.insert(value);
		}
		return this.#scan !== undefined;
	}

	/** Takes the next off the list. */
	shift(): string | undefined {
		const name = this.#names.shift();
		this.#characters -= name?.length ?? 0;
		return name;
	}

	/** Ends the reading of the directory. */
	close(): void {
		this.#scan?.return?.();
		this.#scan = undefined;
	}

	private insert(name: string): void {
		const names = this.#names;
		let low = 0,
			high = names.length;
		// Most of them are behind all that are kept, or come in order.
		if (high && this.compare(name, names[high - 1]) > 0) low = high;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.compare(name, names[middle]) < 0) high = middle;
			else low = middle + 1;
		}
		if (low === names.length && this.#dropped) return;
		names.splice(low, 0, name);
		this.#characters += name.length;
		while (names.length > MAX_NAMES || (this.#characters > MAX_CHARACTERS && names.length > 1)) {
			this.#characters -= names.pop()!.length;
			this.#dropped = true;
		}
	}

	private compare(a: string, b: string): number {
		const around = Number(this.isBefore(a)) - Number(this.isBefore(b));
		return around || compareNaturally(a, b);
	}

	/** Whether its turn comes only after the last. */
	private isBefore(name: string): boolean {
		return this.#after !== "" && compareNaturally(name, this.#after) <= 0;
	}
}

function isJpegName(name: string): boolean {
	const lower = lowerCase(name);
	return lower.endsWith(".jpg") || lower.endsWith(".jpeg");
}
