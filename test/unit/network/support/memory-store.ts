import type { Store } from "yieldcam/settings/store";

/** Storage in memory. */
export function memoryStore(): Store {
	let kept: string | undefined;
	return {
		read: () => kept,
		write: (text) => void (kept = text),
		clear: () => void (kept = undefined),
	};
}
