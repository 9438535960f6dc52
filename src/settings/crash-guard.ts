import Timer from "timer";

/** Crashes before the controls are not restored. */
const MAX_CRASHES = 3;
/** Milliseconds after which it runs well. */
const STABLE_AFTER_MS = 60_000;

/** A number that outlives a restart. */
export interface CrashCount {
	/** 0 where none was written. */
	read(): number;
	write(count: number): void;
}

export interface CrashGuardOptions {
	readonly count: CrashCount;
	/** Whether a crash, or the watchdog, is why the device started. */
	readonly crashed: boolean;
	/** Takes a line of text without its end. */
	log(line: string): void;
}

/**
 * Counts crashes that come one upon the other, none of them a minute after the start: after the third the
 * saved settings may be to blame, a frame size that the memory does not bear, say, and nobody could change
 * them. So they are left out, but for the passwords; they stay saved until something is changed. After a minute
 * all is forgotten, and the next start tries them again.
 */
export class CrashGuard {
	/** Whether the settings are to be left out. */
	readonly safe: boolean;
	readonly #options: CrashGuardOptions;

	constructor(options: CrashGuardOptions) {
		this.#options = options;
		const counted = this.attempt(() => options.count.read()) ?? 0;
		const crashes = options.crashed ? counted + 1 : 0;
		this.safe = crashes >= MAX_CRASHES;
		// Flash wears: nothing is written where all is well.
		if (crashes !== counted) this.write(crashes);
		if (crashes) Timer.set(() => this.write(0), STABLE_AFTER_MS);
		if (this.safe) options.log(`after ${crashes} crashes in a row the saved settings are left out`);
	}

	private write(crashes: number): void {
		this.attempt(() => this.#options.count.write(crashes));
	}

	/** Flash that fails must not be what ends the device. */
	private attempt<T>(what: () => T): T | undefined {
		try {
			return what();
		} catch (error) {
			this.#options.log(`the crashes cannot be counted: ${(error as Error).message}`);
			return undefined;
		}
	}
}
