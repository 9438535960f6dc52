import Timer from "timer";

/** Microseconds between two steps of the control loop: 50 Hz. */
const PERIOD_US = 20_000;
/** Microseconds without a command after which the robot stands still: its driver may have disconnected. */
const COMMAND_TIMEOUT_US = 1_000_000;

/** A command to the robot. Both values are from -1 to 1. */
export interface Drive {
	readonly forward: number;
	readonly turn: number;
}

/** The members of a command. The parser leaves out any others. */
export const COMMAND_NAMES: readonly string[] = Object.freeze(["forward", "turn"]);

const STANDING: Drive = Object.freeze({ forward: 0, turn: 0 });

/** Moves the legs 50 times a second, on a fixed grid: a late step does not delay the next. */
export class Legs {
	readonly #now: () => number;
	#drive = STANDING;
	/** Who gave the last command; undefined for one that nobody will take back. */
	#driver: unknown;
	#commanded = 0;
	#due: number;
	/** The position of the legs in their cycle, from 0 to 1. */
	#phase = 0;
	#steps = 0;
	#worst = 0;

	/** @param now A clock, in microseconds. When the clock is set, the grid restarts. */
	constructor(now: () => number) {
		this.#now = now;
		this.#due = now() + PERIOD_US;
		this.wait();
	}

	/**
	 * @param driver Who gives the command, for `leave`.
	 * @throws RangeError if `command` is not a command.
	 */
	drive(command: unknown, driver?: unknown): void {
		const { forward, turn } = (command ?? {}) as Partial<Drive>;
		for (const value of [forward, turn]) {
			if (typeof value !== "number" || !(Math.abs(value) <= 1))
				throw new RangeError('a command is {"forward": -1…1, "turn": -1…1}');
		}
		this.#drive = { forward: forward!, turn: turn! };
		this.#driver = driver;
		this.#commanded = this.#now();
	}

	/** Stops if the last command was this driver's: others may have connected and left without a command. */
	leave(driver: unknown): void {
		if (driver === this.#driver) this.stop();
	}

	private stop(): void {
		this.#drive = STANDING;
		this.#driver = undefined;
	}

	get state(): Drive & { readonly phase: number; readonly steps: number } {
		return { ...this.#drive, phase: this.#phase, steps: this.#steps };
	}

	/** Returns the largest delay of a step since the last call, in milliseconds. */
	takeWorst(): number {
		const worst = this.#worst;
		this.#worst = 0;
		return worst / 1_000;
	}

	private wait(): void {
		Timer.set(() => this.step(), Math.max(0, (this.#due - this.#now()) / 1_000));
	}

	private step(): void {
		const now = this.#now();
		const late = now - this.#due;
		// Timers count whole milliseconds.
		if (late < 0 && late > -PERIOD_US) return this.wait();
		if (Math.abs(late) < 1_000 * PERIOD_US) {
			this.#worst = Math.max(this.#worst, late);
			this.#due += PERIOD_US * Math.max(1, Math.ceil(late / PERIOD_US));
		} else this.#due = now + PERIOD_US;
		if (now - this.#commanded > COMMAND_TIMEOUT_US) this.stop();
		this.#steps++;
		this.#phase = (this.#phase + this.#drive.forward / 50 + 1) % 1;
		// A real robot sets its servos here, from the phase and the turn.
		this.wait();
	}
}
