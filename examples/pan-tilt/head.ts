import Timer from "timer";
import { MAX_ANGLE, Servo } from "./servo.ts";

/** Milliseconds between two steps: one for each pulse. */
const STEP_MS = 20;
/** Degrees a step: half a turn in 1.2 s. A servo that jumps takes an ampere, and the board's voltage drops. */
const STEP_ANGLE = 3;

/** A command to the head: degrees, of which one may be absent. */
export interface Angles {
	readonly pan: number;
	readonly tilt: number;
}

/** The members of a command. The parser leaves out any others. */
export const COMMAND_NAMES: readonly string[] = Object.freeze(["pan", "tilt"]);

/** Two servos that turn a camera. They move in small steps, and nothing waits for them. */
export class Head {
	readonly #pan: Servo;
	readonly #tilt: Servo;
	#target: Angles = { pan: 0, tilt: 0 };
	#timer: Timer | undefined;

	/** Takes GPIO numbers. Throws an Error if a pin is in use. */
	constructor(pan: number, tilt: number) {
		this.#pan = new Servo(pan);
		try {
			this.#tilt = new Servo(tilt);
		} catch (error) {
			this.#pan.close();
			throw error;
		}
	}

	/** Where it is: on the way, not yet where it was sent. */
	get angles(): Angles {
		return { pan: this.#pan.angle, tilt: this.#tilt.angle };
	}

	/** Turns towards the angles. Throws a RangeError if `command` is not a command. */
	move(command: unknown): void {
		const { pan = this.#target.pan, tilt = this.#target.tilt } = (command ?? {}) as Partial<Angles>;
		for (const angle of [pan, tilt]) {
			if (typeof angle !== "number" || !(Math.abs(angle) <= MAX_ANGLE))
				throw new RangeError('a command is {"pan": -90…90, "tilt": -90…90}, or one of the two');
		}
		this.#target = { pan, tilt };
		this.#timer ??= Timer.repeat(() => this.step(), STEP_MS);
	}

	private step(): void {
		const { pan, tilt } = this.#target;
		this.#pan.angle = towards(this.#pan.angle, pan);
		this.#tilt.angle = towards(this.#tilt.angle, tilt);
		if (this.#pan.angle !== pan || this.#tilt.angle !== tilt) return;
		Timer.clear(this.#timer);
		this.#timer = undefined;
	}
}

function towards(angle: number, target: number): number {
	return target > angle ? Math.min(target, angle + STEP_ANGLE) : Math.max(target, angle - STEP_ANGLE);
}
