import PWM from "embedded:io/pwm";

/** A servo expects a pulse 50 times a second. */
const HZ = 50;
const PERIOD_US = 1_000_000 / HZ;
/** The pulses at the ends, in microseconds, as Arduino's library has them. Many servos turn less than 180 degrees. */
const LEAST_US = 544;
const MOST_US = 2_400;

/** Degrees to each side of the middle. */
export const MAX_ANGLE = 90;

/** A servo at a pin. */
export class Servo {
	readonly #pwm: PWM;
	#angle = 0;

	/** Throws an Error if the pin is in use. */
	constructor(pin: number) {
		this.#pwm = new PWM({ pin, hz: HZ });
		this.angle = 0;
	}

	/** Degrees from the middle. */
	get angle(): number {
		return this.#angle;
	}

	set angle(angle: number) {
		this.#angle = angle;
		const pulse = LEAST_US + ((angle + MAX_ANGLE) / (2 * MAX_ANGLE)) * (MOST_US - LEAST_US);
		this.#pwm.write(Math.round((pulse / PERIOD_US) * 2 ** this.#pwm.resolution));
	}

	close(): void {
		this.#pwm.close();
	}
}
