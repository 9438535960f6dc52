/** Replaces the boundaries of streams, each of which has its own, by one text. */
export function plainBoundary(text: string): string {
	return text.replace(/yc[0-9a-z]{12}/g, "yieldcam-frame");
}
