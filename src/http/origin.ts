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
	const scheme = schemeOf(lower);
	if (!scheme)
		return false; // "null", of a sandboxed page or a file: anybody's
	return withoutDefault(authorityOf(lower)!, scheme.port) === withoutDefault(host.toLowerCase(), scheme.port);
}

/** Host and port of an origin or a URL of HTTP; undefined of anything else. */
export function authorityOf(url: string): string | undefined {
	const lower = url.toLowerCase();
	const scheme = schemeOf(lower);
	if (!scheme)
		return undefined;
	const start = scheme.prefix.length, end = lower.indexOf("/", start);
	return lower.slice(start, end < 0 ? undefined : end);
}

/** A browser leaves out the scheme's own port; a Host may have it. */
const SCHEMES: readonly Scheme[] = Object.freeze([
	Object.freeze({ prefix: "http://", port: ":80" }),
	Object.freeze({ prefix: "https://", port: ":443" }),
]);

interface Scheme {
	readonly prefix: string;
	readonly port: string;
}

function schemeOf(lower: string): Scheme | undefined {
	return SCHEMES.find(({ prefix }) => lower.startsWith(prefix));
}

function withoutDefault(authority: string, port: string): string {
	return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}

/** The host of an authority; an IPv6 address in its brackets. */
export function withoutPort(authority: string): string {
	const colon = authority.indexOf(":", authority.lastIndexOf("]") + 1);
	return colon < 0 ? authority : authority.slice(0, colon);
}
