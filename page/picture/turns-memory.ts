import type { Turns } from "./exif-orientation.ts";

const STORAGE_KEY = "yieldcam.turns";

/** Returns how the picture was turned last time. A browser that stores nothing for sites throws on access. */
export function recallTurns(): Turns {
	try {
		const turns = Number(localStorage.getItem(STORAGE_KEY));
		return turns === 1 || turns === 2 || turns === 3 ? turns : 0;
	} catch {
		return 0;
	}
}

export function rememberTurns(turns: Turns): void {
	try {
		localStorage.setItem(STORAGE_KEY, String(turns));
	} catch {
		// The picture stays turned until the page is closed.
	}
}
