/**
 * Whether the origin that a browser names (RFC 6454, 7) is of the host that the request went to. Browsers let
 * any page open a WebSocket to any host, and send along what they know of it: whoever looks at a page of a
 * stranger would lend the stranger's script a hand inside their own network (cross-site WebSocket hijacking,
 * RFC 6455, 10.2).
 *
 * The scheme may differ: TLS, where there is any, ends at a proxy.
 */
export function isSameHost(origin: string, host: string): boolean {
	const lower = origin.toLowerCase();
	for (const [scheme, port] of SCHEMES) {
		if (lower.startsWith(scheme))
			return withoutPort(lower.slice(scheme.length), port) === withoutPort(host.toLowerCase(), port);
	}
	return false; // "null", of a sandboxed page or a file: anybody's
}

/** A browser leaves out the scheme's own port; a Host may have it. */
const SCHEMES: readonly (readonly [scheme: string, port: string])[] = Object.freeze([
	Object.freeze(["http://", ":80"] as const),
	Object.freeze(["https://", ":443"] as const),
]);

function withoutPort(authority: string, port: string): string {
	return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}
