import type { Status } from "yieldcam/device/files";

/** Files that are remembered, and characters of their entries: as many as the script's heap has room for. */
const MAX_FILES = 50,
	MAX_CHARACTERS = 4_096;

/**
 * The files that could not be shown. Each is logged once until it changes or is gone. When the list is full, no more
 * are logged until there is room again.
 */
export class SkippedFiles {
	readonly #log: (line: string) => void;
	/** By name, the file's state when it could not be shown. */
	readonly #files = new Map<string, string>();
	/** While the directory is read: the files that have not been found in it. */
	#missing: Set<string> | undefined;
	#characters = 0;
	#full = false;

	constructor(log: (line: string) => void) {
		this.#log = log;
	}

	/** Reports whether the file is unchanged since it was added. */
	has(name: string, status: Status): boolean {
		return this.#files.get(name) === state(status);
	}

	/** Adds a file. There is no use in trying again until it changes. */
	add(name: string, status: Status, line: string): void {
		this.tell(name, state(status), line);
	}

	/** Logs a failure that may be temporary. */
	failed(name: string, line: string): void {
		this.tell(name, line, line);
	}

	delete(name: string): void {
		this.#characters -= this.size(name);
		this.#files.delete(name);
	}

	/** Starts a read of the directory from its beginning. */
	beginSearch(): void {
		this.#missing = this.#files.size ? new Set(this.#files.keys()) : undefined;
	}

	found(name: string): void {
		this.#missing?.delete(name);
	}

	/** Ends a complete read of the directory: files that were not found are gone. */
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
				this.#log(`more than ${this.#files.size} files cannot be shown: the others are skipped silently`);
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
