/** Returns what is wrong with a file or folder that could not be used, for a sentence that begins with its name. */
export function faultOf(error: unknown): string {
	const { code = "unknown error" } = error as NodeJS.ErrnoException;
	return FAULTS[code] ?? `cannot be read (${code})`;
}

const FAULTS: Partial<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "is not a folder",
	EACCES: "may not be read by this user",
	ELOOP: "is a link that leads to itself",
};
