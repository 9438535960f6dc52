export type Value = boolean | number | string;
export type Values = Readonly<Record<string, Value>>;

export interface ChangeQueueOptions {
	/** Sends changes. Rejects if the device refuses them. */
	send(changes: Values): Promise<void>;
	/** Returns the name of the change at fault, if the error names it. */
	blame(error: unknown): string | undefined;
	onRefused(names: readonly string[], error: unknown): void;
	/** Called when all changes are answered. */
	onIdle(): void;
}

/**
 * Sends the user's changes, one request after the other. During a request the next changes collect, and only the last
 * value of each control counts. Dragging a slider makes many changes.
 */
export class ChangeQueue {
	readonly #options: ChangeQueueOptions;
	#waiting: Record<string, Value> = {};
	#sending: Values = {};
	#busy = false;

	constructor(options: ChangeQueueOptions) {
		this.#options = options;
	}

	/** Reports whether a change of that control is not answered yet. */
	pending(name: string): boolean {
		return name in this.#waiting || name in this.#sending;
	}

	/** Sends values by name, in one request. */
	set(changes: Values): void {
		Object.assign(this.#waiting, changes);
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

	/** The device applies all changes or none. Sends the others again without the one at fault. */
	#refused(changes: Values, error: unknown): void {
		const { blame, onRefused } = this.#options;
		const guilty = blame(error);
		if (guilty === undefined || !(guilty in changes)) return onRefused(Object.keys(changes), error);
		const { [guilty]: _, ...innocent } = changes;
		this.#waiting = { ...innocent, ...this.#waiting };
		onRefused([guilty], error);
	}
}
