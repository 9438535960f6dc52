export interface Moddable {
	readonly folder: string;
	/** mcconfig's name of this machine's simulator: lin, mac or win. */
	readonly platform: string;
	/** Where its programs are. */
	readonly tools: string;
}

export const release: string;
export function findModdable(folder?: string): Moddable;
export function findIdf(folder?: string): void;
export const output: string;
/** The environment in which mcconfig, and the makefiles it writes, find what they call. */
export function toolsEnvironment(sdk: Moddable): NodeJS.ProcessEnv;
export function mcconfig(
	sdk: Moddable,
	args: readonly string[],
	options?: { readonly hidden?: readonly string[] },
): Promise<number>;
