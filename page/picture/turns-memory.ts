import type { Turns } from "./exif-orientation.ts";

const STORAGE_KEY = "yieldcam.turns";

/** How the picture was turned here last time. A browser that keeps nothing of a site throws at the very question. */
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
		// It is turned all the same, until the page is closed.
	}
}
