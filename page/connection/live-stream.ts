import { errorOf } from "./api.ts";
import { MultipartParser, type Part } from "./multipart-parser.ts";
import { Retry } from "./retry.ts";
import { sleep } from "./sleep.ts";

/** Why there is no stream. */
export interface Loss {
	readonly reason: string;
	/** Whether the device itself gave the reason: then it is reachable. */
	readonly told: boolean;
	/** Whether all places for streams are taken, or the camera is not ready: 503. */
	readonly busy?: boolean;
	/** Milliseconds after which the client should try again, if the device says so. */
	readonly retryAfter?: number | undefined;
}

export interface LiveStreamOptions {
	readonly url: string;
	onPart(part: Part): void;
	/** Called when the stream has ended or did not begin. It is requested again after a pause. */
	onLost(loss: Loss): void;
}

/**
 * Reads the stream by script rather than by an `<img>`. So an image's time and size are known, it is painted when its
 * last byte arrives and not when the next part begins (Chromium bug 527446), and the end of the stream is noticed.
 *
 * It does not notice a peer that vanishes: a caller that gets a sign of the device by another way has to restart it.
 */
export class LiveStream {
	readonly #options: LiveStreamOptions;
	readonly #retry = new Retry();
	#running: AbortController | undefined;
	#awaitedSince: number | undefined;

	constructor(options: LiveStreamOptions) {
		this.#options = options;
	}

	start(): void {
		if (!this.#running) void this.#run((this.#running = new AbortController()).signal);
	}

	/** When the stream was requested, in milliseconds of the browser's clock, if nothing of it has come. */
	get awaitedSince(): number | undefined {
		return this.#awaitedSince;
	}

	/** Ends the request. */
	stop(): void {
		this.#awaitedSince = undefined;
		this.#running?.abort();
		this.#running = undefined;
	}

	/** Requests the stream again at once, if it is running. */
	restart(): void {
		if (this.#running) {
			this.stop();
			this.#retry.succeeded();
			this.start();
		}
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
		const { url, onPart } = this.#options;
		this.#awaitedSince = performance.now();
		// Also ends the request if its response is not a stream.
		const attempt = new AbortController();
		const abort = (): void => attempt.abort();
		running.addEventListener("abort", abort);
		try {
			const response = await fetch(url, { signal: attempt.signal, cache: "no-store" });
			if (!response.ok || !response.body)
				return {
					reason: (await errorOf(response)).message,
					told: true,
					busy: response.status === 503,
					retryAfter: retryAfter(response),
				};
			const parser = new MultipartParser((part) => {
				this.#retry.succeeded();
				this.#awaitedSince = undefined;
				onPart(part);
			});
			for (const reader = response.body.getReader(); ;) {
				const { done, value } = await reader.read();
				if (done) return { reason: "the stream ended", told: false };
				parser.push(value);
			}
		} catch (error) {
			abort();
			return { reason: reasonOf(error as Error), told: false };
		} finally {
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
