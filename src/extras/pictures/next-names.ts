import type { Directory } from "yieldcam/device/files";
import { lowerCase } from "yieldcam/http/syntax/scan";
import { compareNaturally } from "./natural-order.ts";

/**
 * Names that are kept at a time, and their total characters: a folder may hold more than the script's heap does. When
 * they are used up, the whole directory is read again for the next ones.
 */
const MAX_NAMES = 128,
	MAX_CHARACTERS = 4_096;

/**
 * The JPEG files of a directory that follow a name, in natural order and circular: the first follows the last. The
 * directory is read in steps, and again each time, so that files may come and go.
 */
export class NextNames {
	readonly #after: string;
	readonly #names: string[] = [];
	readonly #onName: (name: string) => void;
	#scan: Iterator<string> | undefined;
	#count = 0;
	#characters = 0;
	#hidden: string | undefined;
	/** A name was dropped for lack of room. No further name may be added at the end, or there would be a gap. */
	#dropped = false;

	/**
	 * Throws the directory's errors.
	 *
	 * @param after The name before the first one; "" if there is none.
	 * @param onName Receives the name of every JPEG file, including those that do not come next.
	 */
	constructor(directory: Directory, after: string, onName: (name: string) => void = () => {}) {
		this.#after = after;
		this.#onName = onName;
		this.#scan = directory.scan();
	}

	/** Number of names in the list. */
	get length(): number {
		return this.#names.length;
	}

	/** Number of names read so far, of files of any kind. */
	get count(): number {
		return this.#count;
	}

	/** The first JPEG file read whose name begins with a dot. Such files are skipped: macOS stores attributes in them. */
	get hidden(): string | undefined {
		return this.#hidden;
	}

	/** Reads `count` more names. Returns false once there are no more. Throws the directory's errors. */
	read(count: number): boolean {
		for (; this.#scan && count > 0; count--) {
			const { done, value } = this.#scan.next();
			if (done) {
				this.#scan = undefined;
				break;
			}
			this.#count++;
			if (!isJpegName(value)) continue;
			if (value.startsWith(".")) {
				this.#hidden ??= value;
				continue;
			}
			this.#onName(value);
			this.insert(value);
		}
		return this.#scan !== undefined;
	}

	/** Removes the next name from the list and returns it. */
	shift(): string | undefined {
		const name = this.#names.shift();
		this.#characters -= name?.length ?? 0;
		return name;
	}

	/** Stops reading the directory. */
	close(): void {
		this.#scan?.return?.();
		this.#scan = undefined;
	}

	private insert(name: string): void {
		const names = this.#names;
		let low = 0,
			high = names.length;
		// Most names are behind all that are kept, or come in order.
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

	/** Reports whether the name's turn comes only after the last name. */
	private isBefore(name: string): boolean {
		return this.#after !== "" && compareNaturally(name, this.#after) <= 0;
	}
}

function isJpegName(name: string): boolean {
	const lower = lowerCase(name);
	return lower.endsWith(".jpg") || lower.endsWith(".jpeg");
}
