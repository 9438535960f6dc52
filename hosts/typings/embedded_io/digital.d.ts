/** ECMA-419's Digital, with what the published typings leave out: both hosts have one of their own. */
declare class Digital {
	static readonly Input: 0;
	static readonly InputPullUp: 1;
	static readonly InputPullDown: 2;
	static readonly InputPullUpDown: 3;
	static readonly Output: 8;
	static readonly OutputOpenDrain: 9;
	static readonly Rising: 1;
	static readonly Falling: 2;

	/** Throws an Error that names the pin's user, if it has one. */
	constructor(options: DigitalOptions);
	/** Returns the pin's level; for an output as well. */
	read(): 0 | 1;
	/** Throws an Error if the pin is an input. */
	write(value: 0 | 1 | boolean): void;
	/** Frees the pin. An output is then neither high nor low. Further calls do nothing. */
	close(): void;
	readonly target: unknown;
	format: "number";
}

interface DigitalOptions {
	/** GPIO number. */
	readonly pin: number;
	/** Digital.Input, Digital.Output, or another of the modes. */
	readonly mode: 0 | 1 | 2 | 3 | 8 | 9;
	/** The level of an output from the beginning. Default: 0. */
	readonly initialValue?: 0 | 1 | boolean;
	/** Whether 1 stands for a low level, and Rising for an edge to it. Default: false. */
	readonly activeLow?: boolean;
	/** Called after edges; for several in short order perhaps once. */
	readonly onReadable?: (this: Digital) => void;
	/** The edges that `onReadable` is called for: Digital.Rising, Digital.Falling, or their sum. */
	readonly edge?: number;
	readonly target?: unknown;
	readonly format?: "number";
}

export default Digital;
