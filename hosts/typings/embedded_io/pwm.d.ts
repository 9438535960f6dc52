/** ECMA-419's PWM, with what the published typings leave out: both hosts have one of their own. */
declare class PWM {
	/** Throws an Error that names the pin's user, or says what to do if no timer or channel is left. */
	constructor(options: PWMOptions);
	/** The frequency. */
	readonly hz: number;
	/** Bits of a value. */
	readonly resolution: number;
	/** Sets the share of each period in which the pin is high, from 0 to 2^resolution - 1, which is all of it. */
	write(value: number): void;
	/** Frees the pin, which is then neither high nor low. Further calls do nothing. */
	close(): void;
	readonly target: unknown;
	format: "number";
}

interface PWMOptions {
	/** GPIO number. */
	readonly pin: number;
	/** 5 to 40,000,000. At most three frequencies are possible at a time. Default: 1,024. */
	readonly hz?: number;
	/** Bits of a value, up to 14. Default: the most that go with the frequency. */
	readonly resolution?: number;
	/** The pin's user, for messages. Default: words for any PWM. */
	readonly user?: string;
	readonly target?: unknown;
	readonly format?: "number";
}

export default PWM;
