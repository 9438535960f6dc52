const PREFIX = "yieldcam.";

/** Returns what this browser remembers under a name, or undefined. A browser that stores nothing for sites throws on access. */
export function recall(name: string): string | undefined {
	try {
		return localStorage.getItem(PREFIX + name) ?? undefined;
	} catch {
		return undefined;
	}
}

/** Remembers a text until the page is opened again, if the browser lets it. */
export function remember(name: string, text: string): void {
	try {
		localStorage.setItem(PREFIX + name, text);
	} catch {
		// It lasts until the page is closed.
	}
}
