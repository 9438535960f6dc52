import { type Block, blockLength, type BodyOwner, type BodySource, LARGE } from "./body.ts";

/**
 * The values of an async iterable, as blocks to pull. It asks the iterator for the next value only when the socket has
 * taken the previous block, so a streaming loop yields by nature.
 */
export abstract class IteratorSource<Value> implements BodySource {
	readonly #iterator: AsyncIterator<Value>;
	readonly #owner: BodyOwner;
	/** The block to send next. Undefined while there is none, null at the end. */
	#block: Block | undefined | null;
	#failed = false;
	#error: unknown;
	working = false;
	onDone: (() => void) | undefined;
	/** Set while it waits for a value. */
	#wake: (() => void) | undefined;

	constructor(iterable: AsyncIterable<Value>, owner: BodyOwner) {
		this.#iterator = iterable[Symbol.asyncIterator]();
		this.#owner = owner;
	}

	/** Returns the block to send for a value, or undefined if it has nothing to send. */
	protected abstract blockOf(value: Value): Block | undefined;

	/** Called when the last block has been sent, or will not be sent. */
	protected takeBack(): void {}

	pull(wake: () => void): Block | undefined | null {
		if (this.#failed) throw this.#error;
		const block = this.#block;
		if (block !== undefined) {
			this.#block = undefined;
			return block;
		}
		this.takeBack();
		this.#wake = wake;
		this.working = true;
		this.#iterator.next().then(this.#onNext, this.#onFailure);
		return undefined;
	}

	/**
	 * Tells the iterator to clean up, and does not wait: on a generator that is suspended at an `await`, `return()`
	 * stays pending until that settles.
	 */
	close(): void {
		this.#wake = undefined;
		this.#block = undefined;
		this.takeBack();
		void Promise.resolve(this.#iterator.return?.())
			.catch((error: unknown) => this.#owner.report(error))
			.then(() => this.onDone?.());
	}

	/** A block that a client does not take stays in the heap, and each client may receive a different one. */
	private fits(block: Block): boolean {
		return blockLength(block) < LARGE || this.#owner.freeMemory(0, true);
	}

	// Two functions for the stream's life, none for a block.
	readonly #onNext = ({ done, value }: IteratorResult<Value>): void => {
		this.working = false;
		if (!this.#wake) return; // closed before the value came: the iterator releases what it made
		const block = (this.#block = done ? null : this.blockOf(value));
		if (block && !this.fits(block)) this.#owner.abort();
		else this.#wake();
	};

	readonly #onFailure = (error: unknown): void => {
		this.working = false;
		if (!this.#wake) return this.#owner.report(error);
		this.#failed = true;
		this.#error = error;
		this.#wake();
	};
}
