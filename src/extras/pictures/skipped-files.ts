import type { Status } from "yieldcam/device/files";

/** Files that are remembered, and characters of what is: as many as the script's heap has room for. */
const MAX_FILES = 50,
	MAX_CHARACTERS = 4_096;

/**
 * The files that could not be shown. Each is told once until it changes, or is gone; beyond the most, no more are told
 * until there is room again.
 */
export class SkippedFiles {
	readonly #log: (line: string) => void;
	/** By name, what the file was when it could not be shown. */
	readonly #files = new Map<string, string>();
	/** While the directory is read: those that have not been found in it. */
	#missing: Set<string> | undefined;
	#characters = 0;
	#full = false;

	constructor(log: (line: string) => void) {
		this.#log = log;
	}

	/** Whether the file is as it was when it was added. */
	has(name: string, status: Status): boolean {
		return this.#files.get(name) === state(status);
	}

	/** Until it changes, there is no use in trying again. */
	add(name: string, status: Status, line: string): void {
		this.tell(name, state(status), line);
	}

	/** It may be otherwise the next time. */
	failed(name: string, line: string): void {
		this.tell(name, line, line);
	}

	delete(name: string): void {
		this.#characters -= this.size(name);
		this.#files.delete(name);
	}

	/** The directory is read from its beginning. */
	beginSearch(): void {
		this.#missing = this.#files.size ? new Set(this.#files.keys()) : undefined;
	}

	found(name: string): void {
		this.#missing?.delete(name);
	}

	/** All of it was read: what was not found is gone. */
	endSearch(): void {
		for (const name of this.#missing ?? []) this.delete(name);
		this.#missing = undefined;
		if (this.#files.size < MAX_FILES && this.#characters < MAX_CHARACTERS) this.#full = false;
	}

	private tell(name: string, state: string, line: string): void {
		const known = this.#files.get(name);
		if (known === state) return;
		if (known === undefined && (this.#files.size >= MAX_FILES || this.#characters >= MAX_CHARACTERS)) {
			if (!this.#full)
				this.#log(`more than ${this.#files.size} files cannot be shown: the others are skipped without a word`);
			this.#full = true;
			return;
		}
		this.delete(name);
		this.#files.set(name, state);
		this.#characters += this.size(name);
		this.#log(line);
	}

	private size(name: string): number {
		const state = this.#files.get(name);
		return state === undefined ? 0 : name.length + state.length;
	}
}

function state({ size, modified }: Status): string {
	return `${size} ${modified}`;
}
