import { type Block, blockLength, type BodyOwner, type BodySource, LARGE } from "./body.ts";

/**
 * What an async iterable yields, as blocks to pull. The iterator is asked for the next value only when the socket has
 * taken the block of the one before, so a streaming loop yields by nature.
 */
export abstract class IteratorSource<Value> implements BodySource {
	readonly #iterator: AsyncIterator<Value>;
	readonly #owner: BodyOwner;
	/** What is to be sent next, until it is asked for; null at the end. */
	#block: Block | undefined | null;
	#failed = false;
	#error: unknown;
	/** While a value is waited for. */
	#wake: (() => void) | undefined;

	constructor(iterable: AsyncIterable<Value>, owner: BodyOwner) {
		this.#iterator = iterable[Symbol.asyncIterator]();
		this.#owner = owner;
	}

	/** A value as it is sent; undefined where there is nothing of it to send. */
	protected abstract blockOf(value: Value): Block | undefined;

	/** The last block has been sent, or will not be. */
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
		this.#iterator.next().then(this.#onNext, this.#onFailure);
		return undefined;
	}

	/**
	 * Tells the iterator to clean up, and does not wait: `return()` on a generator that is suspended at
	 * an `await` stays pending until that settles.
	 */
	close(): void {
		this.#wake = undefined;
		this.#block = undefined;
		this.takeBack();
		Promise.resolve(this.#iterator.return?.()).catch((error: unknown) => this.#owner.report(error));
	}

	/** What a client does not take stays in the heap, and each client may be sent something else. */
	private hasRoomFor(block: Block): boolean {
		return blockLength(block) < LARGE || this.#owner.makeRoom(0);
	}

	// Two functions for the stream's life, none for a block.
	readonly #onNext = ({ done, value }: IteratorResult<Value>): void => {
		if (!this.#wake) return; // closed meanwhile: what was made is the iterator's to release
		const block = (this.#block = done ? null : this.blockOf(value));
		if (block && !this.hasRoomFor(block)) this.#owner.abort();
		else this.#wake();
	};

	readonly #onFailure = (error: unknown): void => {
		if (!this.#wake) return this.#owner.report(error);
		this.#failed = true;
		this.#error = error;
		this.#wake();
	};
}
