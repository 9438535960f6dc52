import { append } from "yieldcam/common/log-tail";

/** Writes a line to the simulator's output, and keeps it for `/api/log`. */
export function log(line: string): void {
	append(line);
	trace(`${line}\n`);
}
