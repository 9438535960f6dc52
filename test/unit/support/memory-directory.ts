import type { Directory, File, FileMemory, Status } from "yieldcam/device/files";

interface Entry {
	bytes: Uint8Array;
	modified: number;
}

/** Memory that stands for memory outside the script's heap. */
class Memory extends ArrayBuffer implements FileMemory {
	#onClose: () => void;
	#closed = false;

	constructor(byteLength: number, onClose: () => void) {
		super(byteLength);
		this.#onClose = onClose;
	}

	override get byteLength(): number {
		return this.#closed ? 0 : super.byteLength;
	}

	markerAfter(offset: number): number {
		const bytes = new Uint8Array(this);
		while (offset < bytes.length) {
			const next = bytes[offset + 1];
			if (bytes[offset] === 0xff && next !== 0 && !(next !== undefined && next >= 0xd0 && next <= 0xd7))
				return offset;
			offset++;
		}
		return bytes.length;
	}

	close(): void {
		if (!this.#closed) this.#onClose();
		this.#closed = true;
	}
}

/** A directory of files in memory, which counts the calls. */
export class MemoryDirectory implements Directory {
	readonly #files = new Map<string, Entry>();
	#now = 0;
	/** Names of files in the order in which they were opened. */
	readonly opened: string[] = [];
	/** Calls of `read`. */
	reads = 0;
	/** Files open now. */
	open = 0;
	/** Memory that was not freed. */
	memories = 0;
	/** Scans that were not ended. */
	scans = 0;
	/** Names that were read. */
	names = 0;
	/** Is called when a file is read. */
	onRead: (() => void) | undefined;
	/** The error that every scan throws. */
	fault: string | undefined;
	/** The error that `memory` throws. */
	full: string | undefined;

	/** Also replaces an existing file, which then counts as changed. */
	put(name: string, bytes: Uint8Array): this {
		this.#files.set(name, { bytes, modified: ++this.#now });
		return this;
	}

	delete(name: string): void {
		this.#files.delete(name);
	}

	status(path: string): Status {
		const file = this.#files.get(path);
		return {
			size: file?.bytes.length ?? 0,
			mode: file ? 0x8000 : 0,
			modified: file?.modified ?? 0,
			isFile: () => file !== undefined,
			isDirectory: () => false,
		};
	}

	openFile({ path }: { readonly path: string }): File {
		const file = this.#files.get(path);
		if (!file) throw new Error(`${path}: No such file or directory`);
		this.opened.push(path);
		this.open++;
		let closed = false;
		return {
			// The types of the two call signatures do not fit into one function.
			read: ((buffer: Uint8Array, position: number) => {
				this.reads++;
				this.onRead?.();
				const part = this.#files.get(path)!.bytes.subarray(position, position + buffer.length);
				buffer.set(part);
				return part.length;
			}) as unknown as File["read"],
			status: () => this.status(path),
			memory: (byteLength) => {
				if (this.full !== undefined) throw new Error(this.full);
				this.memories++;
				return new Memory(byteLength, () => this.memories--);
			},
			close: () => {
				if (!closed) this.open--;
				closed = true;
			},
		};
	}

	openDirectory(): Directory {
		throw new Error("there are none in it");
	}

	scan(): IterableIterator<string> {
		if (this.fault !== undefined) throw new Error(this.fault);
		// The last written comes first: a file system has its own order.
		const names = [...this.#files.keys()].reverse();
		this.scans++;
		let ended = false;
		const end = () => {
			if (!ended) this.scans--;
			ended = true;
		};
		return {
			next: () => {
				const value = names.shift();
				if (value === undefined) {
					end();
					return { done: true, value };
				}
				this.names++;
				return { done: false, value };
			},
			return: () => {
				end();
				return { done: true, value: undefined };
			},
			[Symbol.iterator]() {
				return this;
			},
		};
	}

	[Symbol.iterator](): IterableIterator<string> {
		return this.scan();
	}

	close(): void {}
}
