import { describe } from "yieldcam/common/describe";
import { log } from "yieldcam/common/log";

/** The methods of the global `console`, in flash. Each writes a line to the log. */
export const scriptConsole: Pick<Console, "log" | "info" | "warn" | "error"> = Object.freeze({
	log: print,
	info: print,
	warn: print,
	error: print,
});

function print(...values: unknown[]): void {
	log(values.map(show).join(" "));
}

function show(value: unknown): string {
	if (typeof value !== "object" || value === null || value instanceof Error) return describe(value);
	try {
		return JSON.stringify(value);
	} catch {
		return "an object that refers to itself";
	}
}
