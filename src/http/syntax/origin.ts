import { lowerCase } from "./scan.ts";
import { isDigits } from "./characters.ts";

const PORT_MOST = 65_535;

/** An origin (RFC 6454, 4), or that of a URL. */
export interface Origin {
	/** In lower case; an IPv6 address in brackets. */
	readonly name: string;
	/** NaN if the text has something other than a port in its place. */
	readonly port: number;
	/** The port that a browser omits. */
	readonly defaultPort: number;
}

/**
 * Reports whether the origin that a browser names (RFC 6454, 7) belongs to the host that the request went to. Browsers
 * let any page open a WebSocket to any host, send it forms and ask it for images, and send along the credentials they
 * have for it. A person who looks at a stranger's page would thus give the stranger's script access to their own
 * network (RFC 6455, 10.2). A URL may be passed for its origin.
 *
 * The scheme may differ: TLS, if there is any, ends at a proxy.
 */
export function isSameHost(origin: string, host: string): boolean {
	const parsed = parseOrigin(origin);
	if (!parsed) return false; // "null", from a sandboxed page or a file, may be anybody's
	const lower = lowerCase(host);
	return withoutPort(lower) === parsed.name && portOf(lower, parsed.defaultPort) === parsed.port;
}

/** Returns undefined if a text is not an HTTP origin or URL. */
export function parseOrigin(url: string): Origin | undefined {
	const lower = lowerCase(url);
	const scheme = SCHEMES.find(({ prefix }) => lower.startsWith(prefix));
	if (!scheme) return undefined;
	const start = scheme.prefix.length,
		end = lower.indexOf("/", start);
	const authority = lower.slice(start, end < 0 ? undefined : end);
	return { name: withoutPort(authority), port: portOf(authority, scheme.port), defaultPort: scheme.port };
}

/** A browser omits the scheme's own port; a Host field may have it. */
const SCHEMES: readonly Scheme[] = Object.freeze([
	Object.freeze({ prefix: "http://", port: 80 }),
	Object.freeze({ prefix: "https://", port: 443 }),
]);

interface Scheme {
	readonly prefix: string;
	readonly port: number;
}

/** Returns the host of an authority; an IPv6 address in brackets. */
export function withoutPort(authority: string): string {
	const colon = colonOf(authority);
	return colon < 0 ? authority : authority.slice(0, colon);
}

/**
 * Returns the port of an authority (RFC 3986, 3.2.3): `usual` if it has none, NaN if it has something else in its
 * place.
 */
export function portOf(authority: string, usual: number): number {
	const colon = colonOf(authority);
	const digits = colon < 0 ? "" : authority.slice(colon + 1);
	if (digits === "") return usual;
	const port = isDigits(digits) ? Number(digits) : NaN;
	return port <= PORT_MOST ? port : NaN;
}

function colonOf(authority: string): number {
	return authority.indexOf(":", authority.lastIndexOf("]") + 1);
}
