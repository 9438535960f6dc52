import { fileName } from "../camera-name.ts";
import { create } from "../dom.ts";

/** Saves a file to the folder for downloads, or to the place for which the browser asks. */
export function saveFile(content: Blob, extension: string): void {
	const href = URL.createObjectURL(content);
	create("a", { href, download: `${fileName()}-${localTime()}.${extension}` }).click();
	// The download has begun when this turn ends. The memory could be freed then, but Safari needs a moment.
	setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** Returns the local time as in 2026-11-21T14-05-09, which every file system accepts. */
function localTime(): string {
	const now = new Date();
	return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replaceAll(":", "-");
}
