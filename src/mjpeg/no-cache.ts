/**
 * Fields that keep browsers and proxies from showing yesterday's picture; Pragma and Expires are for the oldest of
 * them.
 */
export const NO_CACHE = Object.freeze({
	"Cache-Control": "no-store, no-cache, must-revalidate, max-age=0",
	Pragma: "no-cache",
	Expires: "0",
} as const);
