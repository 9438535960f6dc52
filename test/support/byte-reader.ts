/** A buffered reader, like Go's bufio.Reader: lines and blocks of a stream of bytes. */
export class ByteReader {
	readonly #blocks: AsyncIterator<Buffer>;
	#buffer: Buffer = Buffer.alloc(0);

	constructor(blocks: AsyncIterable<Buffer>) {
		this.#blocks = blocks[Symbol.asyncIterator]();
	}

	/** Up to a line feed, which is included. */
	async readLine(): Promise<string> {
		for (;;) {
			const end = this.#buffer.indexOf("\n");
			if (end >= 0) return this.#take(end + 1).toString("latin1");
			await this.#more();
		}
	}

	/** What `read` would return next. */
	async peek(length: number): Promise<string> {
		while (this.#buffer.length < length) await this.#more();
		return this.#buffer.subarray(0, length).toString("latin1");
	}

	async read(length: number): Promise<Buffer> {
		while (this.#buffer.length < length) await this.#more();
		return this.#take(length);
	}

	#take(length: number): Buffer {
		const taken = this.#buffer.subarray(0, length);
		this.#buffer = this.#buffer.subarray(length);
		return taken;
	}

	async #more(): Promise<void> {
		const { done, value } = await this.#blocks.next();
		if (done) throw new Error("EOF");
		this.#buffer = Buffer.concat([this.#buffer, value]);
	}
}
