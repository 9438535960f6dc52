import type { Directory } from "../device/files.ts";
import { compareNaturally } from "./natural-order.ts";

/** Names that are kept at a time: a folder may hold more than the script's heap does. */
const most = 32;

/**
 * The JPEG files of a directory that come next after a name, in natural order and around: behind the last comes the
 * first. The directory is read in steps, each time anew, so that files may come and go.
 */
export class NextNames {
	readonly #after: string;
	readonly #names: string[] = [];
	#scan: Iterator<string> | undefined;

	/** @param after The name before the first; "" where there is none. Throws what the directory throws. */
	constructor(directory: Directory, after: string) {
		this.#after = after;
		this.#scan = directory.scan();
	}

	/** Names on the list. */
	get length(): number {
		return this.#names.length;
	}

	/** Reads so many names more; false once there are no more. Throws what the directory throws. */
	read(count: number): boolean {
		for (; this.#scan && count > 0; count--) {
			const { done, value } = this.#scan.next();
			if (done)
				this.#scan = undefined;
			else if (isJpegName(value))
				this.#insert(value);
		}
		return this.#scan !== undefined;
	}

	/** Takes the next off the list. */
	shift(): string | undefined {
		return this.#names.shift();
	}

	/** Ends the reading of the directory. */
	close(): void {
		this.#scan?.return?.();
		this.#scan = undefined;
	}

	#insert(name: string): void {
		const names = this.#names;
		let index = names.length;
		while (index && this.#compare(name, names[index - 1]!) < 0)
			index--;
		if (index >= most)
			return;
		names.splice(index, 0, name);
		if (names.length > most)
			names.pop();
	}

	#compare(a: string, b: string): number {
		const around = Number(this.#isBefore(a)) - Number(this.#isBefore(b));
		return around || compareNaturally(a, b);
	}

	/** Whether its turn comes only after the last. */
	#isBefore(name: string): boolean {
		return this.#after !== "" && compareNaturally(name, this.#after) <= 0;
	}
}

function isJpegName(name: string): boolean {
	const lower = name.toLowerCase();
	return lower.endsWith(".jpg") || lower.endsWith(".jpeg");
}
