import { isSameHost } from "../http/syntax/origin.ts";
import type { Request } from "../http/request.ts";
import { isAllowedOrigin } from "./hosts.ts";

/**
 * Whether a request may be one that a page of another site had a browser send (cross-site request forgery).
 *
 * Sec-Fetch-Site says so (Fetch Metadata), but browsers send it only where the device is reached by HTTPS or
 * is the same machine; Origin says so, but a plain GET, such as that of an image, goes without. What is left is
 * the Referer, which a page may have withheld: so of a browser that says none of the three, nothing is believed.
 * A page cannot change what a browser calls itself. Other programs have no pages of strangers in them, and pass.
 *
 * @param allowed Names that are this device's, too.
 */
export function isCrossSite({ headers, host }: Request, allowed: readonly string[]): boolean {
	const own = (url: string): boolean => isSameHost(url, host) || isAllowedOrigin(url, allowed);
	const site = headers.get("sec-fetch-site");
	if (site !== undefined && site !== "same-origin" && site !== "none") return true;
	const origin = headers.get("origin");
	if (origin !== undefined) return !own(origin);
	if (site !== undefined) return false;
	const referrer = headers.get("referer");
	if (referrer !== undefined) return !own(referrer);
	return headers.get("user-agent")?.startsWith("Mozilla/") ?? false;
}
