import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** The simulated pins, over the socket that --pins names. */
export class Pins {
	readonly #socket: Socket;
	readonly #closed: Promise<void>;
	/** All states of each pin since the connection, in order. */
	readonly #states = new Map<number, string[]>();
	#changed: (() => void)[] = [];

	static async connect(path: string): Promise<Pins> {
		const socket = connect(path);
		await once(socket, "connect");
		return new Pins(socket);
	}

	private constructor(socket: Socket) {
		this.#socket = socket;
		this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
		const lines = createInterface({ input: socket });
		// A simulator that closes the connection with something unread in it, or is killed, resets it.
		for (const emitter of [socket, lines]) emitter.on("error", () => {});
		lines.on("line", (line) => {
			const [, pin, state] = /^(\d+) (.*)$/.exec(line)!;
			this.states(Number(pin)).push(state);
			const waiting = this.#changed;
			this.#changed = [];
			waiting.forEach((tell) => tell());
		});
	}

	states(pin: number): string[] {
		const states = this.#states.get(pin) ?? [];
		this.#states.set(pin, states);
		return states;
	}

	/** Waits until the pin has the state. */
	async until(pin: number, state: string | RegExp): Promise<string> {
		for (;;) {
			const now = this.states(pin).at(-1);
			if (now !== undefined && (typeof state === "string" ? now === state : state.test(now))) return now;
			await new Promise<void>((resolve) => this.#changed.push(resolve));
		}
	}

	/** Drives a pin from outside, or stops that. */
	drive(pin: number, level: 0 | 1 | undefined): void {
		this.write(`${pin} ${level ?? "-"}\n`);
	}

	write(text: string): void {
		this.#socket.write(text);
	}

	/** Waits until the simulator has closed the connection. */
	async closed(): Promise<void> {
		await this.#closed;
	}

	/** Reads no more. */
	pause(): void {
		this.#socket.pause();
	}

	close(): void {
		this.#socket.destroy();
	}
}
