/** Replaces the boundaries of streams, each of which has its own, by one text. */
export function plainBoundary(text: string): string {
	return text.replace(/yieldcam-[0-9a-z]{16}/g, "yieldcam-frame");
}
