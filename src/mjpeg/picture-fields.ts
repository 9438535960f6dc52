/**
 * Fields of every picture and stream. Browsers and proxies must not show yesterday's picture; Pragma and Expires are for the
 * oldest of them. Proxies must not compress what is compressed already, or send smaller pictures. Pages with a Cross-Origin-Embedder-Policy show only what says that they may.
 */
export const PICTURE_FIELDS = Object.freeze({
	"Cache-Control": "no-store, no-cache, must-revalidate, max-age=0, no-transform",
	Pragma: "no-cache",
	Expires: "0",
	"Cross-Origin-Resource-Policy": "cross-origin",
} as const);
