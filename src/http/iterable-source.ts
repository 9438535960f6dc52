import type { Block, BodySource } from "./body.ts";
import type { Reporter } from "./reporter.ts";

/**
 * An async iterable, such as an async generator, as a source to pull from. The iterator is asked for
 * a block only when the socket has taken the previous one, so a streaming loop yields by nature.
 */
export class IterableSource implements BodySource {
	readonly #iterator: AsyncIterator<Block | string>;
	readonly #reporter: Reporter;
	#block: Block | undefined | null;
	#failed = false;
	#error: unknown;
	#wake: (() => void) | undefined;

	constructor(iterable: AsyncIterable<Block | string>, reporter: Reporter) {
		this.#iterator = iterable[Symbol.asyncIterator]();
		this.#reporter = reporter;
	}

	pull(wake: () => void): Block | undefined | null {
		if (this.#failed)
			throw this.#error;
		const block = this.#block;
		if (block !== undefined) {
			this.#block = undefined;
			return block;
		}
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
		Promise.resolve(this.#iterator.return?.()).catch((error: unknown) => this.#reporter.report(error));
	}

	// Two functions for the stream's life, none for a block.
	readonly #onNext = ({ done, value }: IteratorResult<Block | string>): void => {
		if (!this.#wake)
			return; // closed meanwhile: what was made is the iterator's to release
		this.#block = done ? null : typeof value === "string" ? ArrayBuffer.fromString(value) : value;
		this.#wake();
	};

	readonly #onFailure = (error: unknown): void => {
		if (!this.#wake)
			return this.#reporter.report(error);
		this.#failed = true;
		this.#error = error;
		this.#wake();
	};
}
