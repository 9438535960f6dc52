import type { Status } from "../device/files.ts";

/** Files that are remembered: as many as the script's heap has room for. */
const most = 50;

/** The files that could not be shown. Each is told once until it changes; beyond the most, no more are told. */
export class SkippedFiles {
	readonly #log: (line: string) => void;
	/** By name, what the file was when it could not be shown. */
	readonly #files = new Map<string, string>();
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
		this.#tell(name, state(status), line);
	}

	/** It may be otherwise the next time. */
	failed(name: string, line: string): void {
		this.#tell(name, line, line);
	}

	delete(name: string): void {
		this.#files.delete(name);
	}

	#tell(name: string, state: string, line: string): void {
		const known = this.#files.get(name);
		if (known === state)
			return;
		if (known === undefined && this.#files.size >= most) {
			if (!this.#full)
				this.#log(`more than ${most} files cannot be shown: the others are skipped without a word`);
			this.#full = true;
			return;
		}
		this.#files.set(name, state);
		this.#log(line);
	}
}

function state({ size, modified }: Status): string {
	return `${size} ${modified}`;
}
