import type { Directory, File, FileMemory, Status } from "yieldcam/device/files";
import { showName } from "./show-name.ts";

/** Bytes read in one turn of the event loop: some ten milliseconds' worth from an SD card on SPI. */
const BYTES_PER_READ = 8_192;

/** Loads a file into memory outside the script's heap. */
export class FileLoad {
	readonly name: string;
	readonly status: Status;
	/** The file's content. It belongs to the code that takes it once the file is loaded. */
	readonly memory: FileMemory;
	readonly #file: File;
	#length = 0;

	/** Throws if the file cannot be opened, or if there is no memory for it. */
	constructor(directory: Directory, name: string, status: Status) {
		this.name = name;
		this.status = status;
		this.#file = directory.openFile({ path: name });
		try {
			this.memory = this.#file.memory(Math.max(1, status.size));
		} catch (error) {
			this.#file.close();
			throw error;
		}
	}

	/** Reads the next part. Returns true once the file is loaded completely and closed. Throws if it cannot be read. */
	step(): boolean {
		const { size } = this.status;
		const count = Math.min(BYTES_PER_READ, size - this.#length);
		if (count > 0) {
			const room = new Uint8Array(this.memory as unknown as ArrayBuffer, this.#length, count);
			if (this.#file.read(room, this.#length) < count)
				throw new Error(`${showName(this.name)} became shorter while it was read`);
			this.#length += count;
		}
		if (this.#length < size) return false;
		this.#file.close();
		return true;
	}

	/** Cancels the load, and frees the memory. */
	close(): void {
		this.#file.close();
		this.memory.close();
	}
}
