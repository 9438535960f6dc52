/** Writes a line to the simulator's output. */
export function log(line: string): void {
	trace(`${line}\n`);
}
