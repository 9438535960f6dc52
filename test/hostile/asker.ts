import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface Question {
	readonly url: string;
	/** The address to connect from. */
	readonly from: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The answer's status, or 0 if there is none. Opens a connection for it, and keeps none. */
export function ask({ url, from, headers = {} }: Question, timeout: number): Promise<number> {
	return new Promise((resolve) => {
		const asked = request(
			url,
			{ agent: false, localAddress: from, headers: { ...headers, Connection: "close" } },
			(response) => {
				response
					.resume()
					.on("close", () => resolve(response.complete ? response.statusCode! : 0))
					.on("error", () => {});
			},
		);
		const timer = setTimeout(() => asked.destroy(), timeout);
		asked
			.on("error", () => resolve(0))
			.on("close", () => {
				clearTimeout(timer);
				resolve(0); // ignored if it was answered
			})
			.end();
	});
}

/** Milliseconds until the answer is 200, however many refusals come before; Infinity if that is not in time. */
export async function timeToAnswer(
	question: Question,
	most: number,
	running: () => boolean = () => true,
): Promise<number> {
	const begin = performance.now();
	for (let left = most; left > 0 && running(); left = begin + most - performance.now()) {
		if ((await ask(question, left)) === 200) return performance.now() - begin;
		await pause(20);
	}
	return Infinity;
}

/** Asks all the time, a few times a second. */
export class Asker {
	/** Milliseconds of the slowest answer so far. */
	worst = 0;
	readonly #question: Question;
	readonly #most: number;
	readonly #running: () => boolean;
	#asking: Promise<void> | undefined;
	#over = false;

	constructor(question: Question, most: number, running: () => boolean) {
		this.#question = question;
		this.#most = most;
		this.#running = running;
	}

	begin(): void {
		this.#asking = this.askAll();
	}

	/** Resolves when the last question is answered. */
	async end(): Promise<void> {
		this.#over = true;
		await this.#asking;
	}

	private async askAll(): Promise<void> {
		while (!this.#over && this.#running()) {
			this.worst = Math.max(this.worst, await timeToAnswer(this.#question, this.#most, this.#running));
			await pause(100);
		}
	}
}
