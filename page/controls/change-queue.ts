export type Value = boolean | number | string;
export type Values = Readonly<Record<string, Value>>;

export interface ChangeQueueOptions {
	/** Sends changes; rejects where they are refused. */
	send(changes: Values): Promise<void>;
	/** Which of them was at fault, as far as the error says. */
	blame(error: unknown): string | undefined;
	onRefused(names: readonly string[], error: unknown): void;
	/** Everything is answered. */
	onIdle(): void;
}

/**
 * Sends what the user changes, one request after the other: while one is under way the next gathers, and of each
 * control only the last value counts. A slider that is drawn makes many.
 */
export class ChangeQueue {
	readonly #options: ChangeQueueOptions;
	#waiting: Record<string, Value> = {};
	#sending: Values = {};
	#busy = false;

	constructor(options: ChangeQueueOptions) {
		this.#options = options;
	}

	/** Whether a change of that control is not answered yet. */
	pending(name: string): boolean {
		return name in this.#waiting || name in this.#sending;
	}

	set(name: string, value: Value): void {
		this.#waiting[name] = value;
		if (!this.#busy) void this.#run();
	}

	async #run(): Promise<void> {
		this.#busy = true;
		while (Object.keys(this.#waiting).length > 0) {
			const changes = (this.#sending = this.#waiting);
			this.#waiting = {};
			try {
				await this.#options.send(changes);
				this.#sending = {};
			} catch (error) {
				this.#sending = {};
				this.#refused(changes, error);
			}
		}
		this.#busy = false;
		this.#options.onIdle();
	}

	/** The device applies all or none: those that were in company of a bad one go again without it. */
	#refused(changes: Values, error: unknown): void {
		const { blame, onRefused } = this.#options;
		const guilty = blame(error);
		if (guilty === undefined || !(guilty in changes)) return onRefused(Object.keys(changes), error);
		const { [guilty]: _, ...innocent } = changes;
		this.#waiting = { ...innocent, ...this.#waiting };
		onRefused([guilty], error);
	}
}
