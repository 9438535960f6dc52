import { errorOf } from "./api.ts";
import { MultipartParser, type Part } from "./multipart-parser.ts";
import { Retry } from "./retry.ts";
import { sleep } from "./sleep.ts";

/** The time without a byte after which the connection counts as dead: the state comes every second. */
const SILENCE_TIMEOUT_MS = 5_000;

/** Why there is no stream. */
export interface Loss {
	readonly reason: string;
	/** Whether the device itself gave the reason: then it is reachable. */
	readonly told: boolean;
	/** Whether all places for streams are taken, or the camera is not ready: 503. */
	readonly busy?: boolean;
	/** Whether the connection was given up because nothing comes, although it has not failed. */
	readonly silent?: boolean;
	/** Milliseconds after which the client should try again, if the device says so. */
	readonly retryAfter?: number | undefined;
}

export interface LiveStreamOptions {
	onPart(part: Part): void;
	/** Called when the stream has ended or did not begin. It is requested again after a pause. */
	onLost(loss: Loss): void;
}

/**
 * Reads a stream by script rather than by an `<img>`. So an image's time and size are known, it is painted when its
 * last byte arrives and not when the next part begins (Chromium bug 527446), the end of the stream is noticed, and events
 * come between the images.
 */
export class LiveStream {
	readonly #options: LiveStreamOptions;
	readonly #retry = new Retry();
	#running: AbortController | undefined;
	#url = "";

	constructor(options: LiveStreamOptions) {
		this.#options = options;
	}

	/** Requests the stream at that address, instead of another. */
	start(url: string): void {
		this.stop();
		this.#url = url;
		void this.#run((this.#running = new AbortController()).signal);
	}

	/** Ends the request. */
	stop(): void {
		this.#running?.abort();
		this.#running = undefined;
	}

	/** Requests the stream again at once, if it is running. */
	restart(): void {
		if (!this.#running) return;
		this.#retry.succeeded();
		this.start(this.#url);
	}

	async #run(running: AbortSignal): Promise<void> {
		while (!running.aborted) {
			const loss = await this.#read(running);
			if (running.aborted) return;
			this.#options.onLost(loss);
			await sleep(Math.min(this.#retry.next(), loss.retryAfter ?? Infinity), running);
		}
	}

	/** Reads the stream to its end. Resolves to the reason for the end. */
	async #read(running: AbortSignal): Promise<Loss> {
		// Also ends the request if its response is not a stream.
		const attempt = new AbortController();
		const abort = (): void => attempt.abort();
		running.addEventListener("abort", abort);
		let silent = false,
			timer: number | undefined;
		const watch = (): void => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				silent = true;
				abort();
			}, SILENCE_TIMEOUT_MS);
		};
		watch();
		try {
			const response = await fetch(this.#url, { signal: attempt.signal, cache: "no-store" });
			if (!response.ok || !response.body)
				return {
					reason: (await errorOf(response)).message,
					told: true,
					busy: response.status === 503,
					retryAfter: retryAfter(response),
				};
			const parser = new MultipartParser((part) => {
				// What had already arrived when the stream was stopped.
				if (running.aborted) return;
				this.#retry.succeeded();
				this.#options.onPart(part);
			});
			for (const reader = response.body.getReader(); ;) {
				const { done, value } = await reader.read();
				if (done) return { reason: "the stream ended", told: false };
				watch();
				parser.push(value);
			}
		} catch (error) {
			abort();
			return { reason: reasonOf(error as Error), told: false, silent };
		} finally {
			clearTimeout(timer);
			running.removeEventListener("abort", abort);
		}
	}
}

function retryAfter({ headers }: Response): number | undefined {
	const seconds = Number(headers.get("Retry-After"));
	return seconds > 0 ? 1_000 * seconds : undefined;
}

/** Replaces the browsers' messages for a failed connection, which come in a TypeError and explain nothing. */
function reasonOf(error: Error): string {
	return error instanceof TypeError ? "the connection was interrupted" : error.message;
}
