export interface Display {
	/** What programs need in their environment to use it. */
	readonly env: NodeJS.ProcessEnv;
	close(): void;
}

export function inDesktopSimulator(
	run: (env: NodeJS.ProcessEnv) => Promise<void>,
	skip: (reason: string) => void,
): Promise<void>;
/** Undefined where there is no display and no Xvfb to make one. */
export function openDisplay(): Promise<Display | undefined>;
