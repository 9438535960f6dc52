import { describe } from "yieldcam/http/describe";

/** What XS calls before the machine ends (`abortHook` in the SDK's defines). It goes on if that returns false. */
type AbortHook = (why: string, error: unknown) => false | undefined;

/**
 * Logs why the machine ends, which the SDK does not, and keeps it running after a rejected promise that nothing handles: a
 * client that disconnects may be the reason, and one client must not restart a device.
 */
export function setAbortHook(log: (line: string) => void): void {
	(globalThis as unknown as { abort: AbortHook }).abort = (why, error) => {
		log(`${why}: ${describe(error)}`);
		return why === "unhandled rejection" ? false : undefined;
	};
}
