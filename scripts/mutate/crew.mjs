import { fork } from "node:child_process";

/** @import { ChildProcess } from "node:child_process" */
/** @import { Answer, Question, Started, WorkerOptions } from "./worker.mjs" */

/**
 * Milliseconds. A run of some of the tests takes less, unless it hangs where nothing asks whether it is mutated. So
 * does the first run, which is of all tests.
 */
const PATIENCE = 15_000,
	FIRST_PATIENCE = 120_000;

/** The module that makes Node look like a device to the unit tests. */
const nodeSetup = new URL("../../test/unit/support/node-setup.mjs", import.meta.url).href;

/** A process that has loaded the tests. If it hangs or dies, another replaces it. */
export class Crew {
	#options;
	/** @type {ChildProcess | undefined} */
	#child;
	/** @type {((message: unknown) => void) | undefined} */
	#pending;

	/** @param {WorkerOptions} options */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * Starts a process, with or without a mutation in place while it loads. Resolves to its first message, or to
	 * undefined if it dies.
	 *
	 * @param {number} [active]
	 * @returns {Promise<Started | undefined>}
	 */
	start(active) {
		this.stop();
		const child = (this.#child = fork(new URL("worker.mjs", import.meta.url), {
			stdio: ["ignore", "ignore", "ignore", "ipc"],
			execArgv: ["--max-old-space-size=1024", "--conditions=internal", "--import", nodeSetup],
			env: { ...process.env, YIELDCAM_MUTATE: JSON.stringify({ ...this.#options, active }) },
		}));
		child.on("message", (message) => this.#child === child && this.#settle(message));
		child.on("exit", () => this.#child === child && this.#settle(undefined));
		return this.#answer();
	}

	/**
	 * Resolves to undefined if the process died, or took too long, and has to be started again.
	 *
	 * @param {Question} message
	 * @returns {Promise<Answer | undefined>}
	 */
	ask(message) {
		/** @type {ChildProcess} */ (this.#child).send(message, () => {});
		return this.#answer(message.chosen ? PATIENCE : FIRST_PATIENCE);
	}

	stop() {
		const child = this.#child;
		this.#child = undefined;
		child?.kill("SIGKILL");
	}

	/**
	 * @template Message
	 * @param {number} [patience]
	 * @returns {Promise<Message | undefined>}
	 */
	#answer(patience = PATIENCE) {
		return new Promise((resolve) => {
			const timer = setTimeout(() => this.#settle(undefined), patience);
			this.#pending = (message) => {
				clearTimeout(timer);
				resolve(/** @type {Message | undefined} */ (message));
			};
		});
	}

	/** @param {unknown} message */
	#settle(message) {
		const pending = this.#pending;
		this.#pending = undefined;
		if (message === undefined) this.stop();
		pending?.(message);
	}
}
