import Timer from "timer";

/** Crashes in a row after which the controls are not restored. */
const MAX_CRASHES = 3;
/** Milliseconds after which the device counts as stable. */
const STABLE_AFTER_MS = 60_000;

/** A number that survives a restart. */
export interface CrashCount {
	/** Returns 0 if no number was written. */
	read(): number;
	write(count: number): void;
}

export interface CrashGuardOptions {
	readonly count: CrashCount;
	/** Whether the device started because of a crash or the watchdog. */
	readonly crashed: boolean;
	/** Receives a line of text without its line end. */
	log(line: string): void;
}

/**
 * Counts crashes in a row, each within a minute after the start. After the third the saved settings may be to blame
 * (for example a frame size that needs too much memory), and nobody could change them. So they are skipped, except
 * for the passwords; they stay saved until something is changed. After a minute the count returns to 0, and the next
 * start tries the settings again.
 */
export class CrashGuard {
	/** Whether to skip the saved settings. */
	readonly safe: boolean;
	readonly #options: CrashGuardOptions;

	constructor(options: CrashGuardOptions) {
		this.#options = options;
		const counted = this.attempt(() => options.count.read()) ?? 0;
		const crashes = options.crashed ? counted + 1 : 0;
		this.safe = crashes >= MAX_CRASHES;
		// Flash wears: nothing is written if all is well.
		if (crashes !== counted) this.write(crashes);
		if (crashes) Timer.set(() => this.write(0), STABLE_AFTER_MS);
		if (this.safe) options.log(`the saved settings are skipped after ${crashes} crashes in a row`);
	}

	private write(crashes: number): void {
		this.attempt(() => this.#options.count.write(crashes));
	}

	/** A flash failure must not end the device. */
	private attempt<T>(what: () => T): T | undefined {
		try {
			return what();
		} catch (error) {
			this.#options.log(`cannot count crashes: ${(error as Error).message}`);
			return undefined;
		}
	}
}
