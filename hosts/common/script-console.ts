import { describe } from "yieldcam/http/describe";
import { log } from "yieldcam/common/log";

/** The methods of the global `console`, in flash. Each writes a line to the log. */
export const scriptConsole: Pick<Console, "log" | "info" | "warn" | "error"> = Object.freeze({
	log: print,
	info: print,
	warn: print,
	error: print,
});

function print(...values: unknown[]): void {
	log(values.map(describe).join(" "));
}
