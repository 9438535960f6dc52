import { create } from "../dom.ts";

/** Hands the user a file: into the folder for downloads, or wherever the browser asks for. */
export function saveFile(content: Blob, extension: string): void {
	const href = URL.createObjectURL(content);
	create("a", { href, download: `yieldcam-${localTime()}.${extension}` }).click();
	// The download has begun when this turn ends; the memory may go then, but Safari wants a moment.
	setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** As in 2026-11-21T14-05-09, which every file system takes. */
function localTime(): string {
	const now = new Date();
	return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replaceAll(":", "-");
}
