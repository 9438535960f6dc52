import type { Directory, File, FileMemory, Status } from "yieldcam/device/files";

/** Bytes that are read in one turn of the machine: some ten milliseconds' worth of an SD card on SPI. */
const BYTES_PER_READ = 8_192;

/** A file on its way into memory outside the script's heap. */
export class FileLoad {
	readonly name: string;
	readonly status: Status;
	/** Of whoever takes it, once the file is there. */
	readonly memory: FileMemory;
	readonly #file: File;
	#length = 0;

	/** Throws where it cannot be opened, or there is no memory for it. */
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

	/** Reads some more; true once all of it is there, and the file closed. Throws where it cannot be read. */
	step(): boolean {
		const { size } = this.status;
		const count = Math.min(BYTES_PER_READ, size - this.#length);
		if (count > 0) {
			const room = new Uint8Array(this.memory as unknown as ArrayBuffer, this.#length, count);
			if (this.#file.read(room, this.#length) < count)
				throw new Error(`${this.name} became shorter while it was read`);
			this.#length += count;
		}
		if (this.#length < size) return false;
		this.#file.close();
		return true;
	}

	/** Where it is not wanted any more. */
	close(): void {
		this.#file.close();
		this.memory.close();
	}
}
