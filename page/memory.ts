const PREFIX = "yieldcam.";

/** Returns what this browser remembers under a name, or undefined. A browser that stores nothing for sites throws on access. */
export function recall(name: string): string | undefined {
	try {
		return localStorage.getItem(PREFIX + name) ?? undefined;
	} catch {
		return undefined;
	}
}

/** Remembers a text until the page is opened again. Returns false if the browser does not let it: it lasts until the page is closed. */
export function remember(name: string, text: string): boolean {
	try {
		localStorage.setItem(PREFIX + name, text);
		return true;
	} catch {
		return false;
	}
}

/** Calls the listener when another window changes what is remembered under a name. */
export function onRemembered(name: string, listener: () => void): void {
	addEventListener("storage", ({ key }) => {
		// All names, if everything is cleared.
		if (key === null || key === PREFIX + name) listener();
	});
}
