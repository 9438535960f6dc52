import { sleep } from "./sleep.ts";
import { MultipartParser, type Part } from "./multipart-parser.ts";
import { Retry } from "./retry.ts";

/** Milliseconds without a byte after which a connection is taken for dead: nobody tells of a peer that vanished. */
const patience = 15_000;

export interface Loss {
	readonly reason: string;
	/** Whether the device itself said so: then it can be reached. */
	readonly told: boolean;
}

export interface LiveStreamOptions {
	readonly url: string;
	onPart(part: Part): void;
	/** The stream ended or did not begin; it is asked for again after a pause. */
	onLost(loss: Loss): void;
}

/**
 * The stream, read by script rather than by an `<img>`: an image's time and size are known, it is painted
 * when its last byte is there and not when the next part begins (Chromium bug 527446), and the end of the
 * stream does not go unnoticed.
 */
export class LiveStream {
	readonly #options: LiveStreamOptions;
	readonly #retry = new Retry();
	/** Ends the stream for good. */
	#running: AbortController | undefined;
	/** Ends this connection. */
	#attempt: AbortController | undefined;

	constructor(options: LiveStreamOptions) {
		this.#options = options;
	}

	start(): void {
		if (!this.#running)
			void this.#run((this.#running = new AbortController()).signal);
	}

	/** Ends the request. */
	stop(): void {
		this.#running?.abort();
		this.#attempt?.abort();
		this.#running = undefined;
	}

	/** Asks again at once. */
	restart(): void {
		if (this.#running) {
			this.stop();
			this.#retry.succeeded();
			this.start();
		}
	}

	async #run(running: AbortSignal): Promise<void> {
		while (!running.aborted) {
			const attempt = (this.#attempt = new AbortController());
			const loss = await this.#read(attempt);
			if (running.aborted)
				return;
			this.#options.onLost(loss);
			await sleep(this.#retry.next(), running);
		}
	}

	async #read(attempt: AbortController): Promise<Loss> {
		let watchdog: number | undefined;
		let silent = false;
		const watch = (): void => {
			clearTimeout(watchdog);
			watchdog = setTimeout(() => {
				silent = true;
				attempt.abort();
			}, patience);
		};
		watch();
		try {
			const { url } = this.#options;
			const response = await fetch(url, { signal: attempt.signal, cache: "no-store" });
			if (!response.ok || !response.body)
				return { reason: (await response.text()).trim() || `${url}: ${response.status}`, told: true };
			const parser = new MultipartParser((part) => {
				this.#retry.succeeded();
				this.#options.onPart(part);
			});
			for (const reader = response.body.getReader(); ;) {
				const { done, value } = await reader.read();
				if (done)
					return { reason: "the stream ended", told: false };
				watch();
				parser.push(value);
			}
		}
		catch (error) {
			attempt.abort();
			return { reason: silent ? "nothing arrives any more" : reasonOf(error as Error), told: false };
		}
		finally {
			clearTimeout(watchdog);
		}
	}
}

/** The browsers' own words for a connection that failed, in a TypeError, tell nobody anything. */
function reasonOf(error: Error): string {
	return error instanceof TypeError ? "the connection was interrupted" : error.message;
}
