/**
 * Whether the origin that a browser names (RFC 6454, 7) is of the host that the request went to. Browsers let
 * any page open a WebSocket to any host, send it forms, and ask it for images, and send along what they know of
 * it: whoever looks at a page of a stranger would lend the stranger's script a hand inside their own network
 * (RFC 6455, 10.2). A URL may be given for its origin.
 *
 * The scheme may differ: TLS, where there is any, ends at a proxy.
 */
export function isSameHost(origin: string, host: string): boolean {
	const lower = origin.toLowerCase();
	for (const [scheme, port] of SCHEMES) {
		if (lower.startsWith(scheme))
			return withoutDefault(authorityOf(lower)!, port) === withoutDefault(host.toLowerCase(), port);
	}
	return false; // "null", of a sandboxed page or a file: anybody's
}

/** Host and port of an origin or a URL of HTTP; undefined of anything else. */
export function authorityOf(url: string): string | undefined {
	const lower = url.toLowerCase();
	for (const [scheme] of SCHEMES) {
		if (lower.startsWith(scheme)) {
			const end = lower.indexOf("/", scheme.length);
			return lower.slice(scheme.length, end < 0 ? undefined : end);
		}
	}
	return undefined;
}

/** A browser leaves out the scheme's own port; a Host may have it. */
const SCHEMES: readonly (readonly [scheme: string, port: string])[] = Object.freeze([
	Object.freeze(["http://", ":80"] as const),
	Object.freeze(["https://", ":443"] as const),
]);

function withoutDefault(authority: string, port: string): string {
	return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}

/** The host of an authority; an IPv6 address in its brackets. */
export function withoutPort(authority: string): string {
	const colon = authority.indexOf(":", authority.lastIndexOf("]") + 1);
	return colon < 0 ? authority : authority.slice(0, colon);
}
