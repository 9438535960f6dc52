import { describe } from "yieldcam/http/describe";
import { log } from "yieldcam/common/log";
import eachRejection from "yieldcam/common/rejections";

/** Logs the rejections that nothing has handled since the last call. */
export function logRejections(): void {
	eachRejection(logRejection);
}

function logRejection(reason: unknown): void {
	log(`yieldcam: unhandled rejection: ${describe(reason)}`);
}
