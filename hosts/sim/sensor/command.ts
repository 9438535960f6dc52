export type Command =
	| { readonly verb: "set"; readonly name: string; readonly value: number }
	| { readonly verb: "stream"; readonly on: boolean };

/** Parses one line from the host: `set NAME INT`, `stream 0` or `stream 1`. Returns undefined for anything else. */
export function parseCommand(line: string): Command | undefined {
	const set = /^set ([a-z_][a-z0-9_]*) (-?\d{1,9})$/.exec(line);
	if (set) return { verb: "set", name: set[1], value: Number(set[2]) };
	const stream = /^stream ([01])$/.exec(line);
	return stream ? { verb: "stream", on: stream[1] === "1" } : undefined;
}
