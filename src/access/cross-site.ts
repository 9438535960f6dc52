import { isSameHost } from "../http/syntax/origin.ts";
import type { Request } from "../http/request.ts";
import { isAllowedOrigin } from "./hosts.ts";

/**
 * Reports whether a request may be one that a page of another site made a browser send (cross-site request forgery).
 *
 * A browser sends X-Requested-With for a page of another site only if the device permits it in advance (CORS-preflight
 * fetch, Fetch Standard, 4.8), which it never does. So the device's own page sends that: a proxy may replace Host, and then
 * neither Origin nor Referer is the device's own.
 *
 * Otherwise Sec-Fetch-Site tells (Fetch Metadata), but browsers send it only if the device is reached by HTTPS or is the same
 * machine. Origin tells: browsers send it with every method but GET and HEAD (Fetch Standard, 3.1), so a POST without it is
 * not a page's. A plain GET, such as that of an image, has none. That leaves the Referer, which a page may withhold. So a GET from a
 * browser that sends none of the three counts as cross-site. A page cannot change what a browser calls itself. Other
 * programs do not run strangers' pages, and pass.
 *
 * @param allowed Further names of this device.
 */
export function isCrossSite({ headers, host, method }: Request, allowed: readonly string[]): boolean {
	if (headers.has("x-requested-with")) return false;
	const own = (url: string): boolean => isSameHost(url, host) || isAllowedOrigin(url, allowed);
	const site = headers.get("sec-fetch-site");
	if (site === "same-origin") return false;
	if (site !== undefined && site !== "none") return true;
	const origin = headers.get("origin");
	if (origin !== undefined) return !own(origin);
	if (site !== undefined) return false;
	const referrer = headers.get("referer");
	if (referrer !== undefined) return !own(referrer);
	return (method === "GET" || method === "HEAD") && (headers.get("user-agent")?.startsWith("Mozilla/") ?? false);
}
