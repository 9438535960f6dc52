import { lowerCase } from "yieldcam/http/syntax/scan";
import { indexOfEither, isAuthority, isTargetText } from "yieldcam/http/syntax/characters";
import { ClientError } from "./client-error.ts";

/** The parts of an "http" URL. */
export interface HttpUrl {
	/** A name or an IPv4 address. */
	readonly host: string;
	readonly port: number;
	/** Value of the Host field: with the port only if it is not 80. */
	readonly authority: string;
	/** Path and query, for the request line. */
	readonly target: string;
}

const SCHEME = "http://";

/** Length of the longest name (RFC 1035, 2.3.4), as text. */
const HOST_LENGTH = 253;

/**
 * Parses a URL (RFC 3986, RFC 9110, 4.2.1). Throws a ClientError that says what is wrong with it. It does not decode,
 * encode or shorten anything: the request uses the URL as it was written.
 */
export function parseUrl(url: string): HttpUrl {
	const fault = (what: string) => new ClientError("address", `"${url}": ${what}`);
	const scheme = lowerCase(url.slice(0, SCHEME.length));
	if (lowerCase(url.slice(0, 8)) === "https://") throw fault("TLS is not supported; use http://");
	if (scheme !== SCHEME) throw fault("a URL must begin with http://");
	const rest = url.slice(SCHEME.length);
	const end = indexOfEither(rest, "/", "?");
	const address = end < 0 ? rest : rest.slice(0, end);
	// RFC 9110, 4.2.4: user information in a URL serves to disguise the host.
	if (address.includes("@")) throw fault("a URL must not contain a user or password");
	if (address.startsWith("[")) throw fault("IPv6 is not supported");
	const colon = address.indexOf(":");
	const host = colon < 0 ? address : address.slice(0, colon);
	const digits = colon < 0 ? "" : address.slice(colon + 1);
	if (host === "" || host.length > HOST_LENGTH || !isAuthority(address)) throw fault("it has no valid host");
	const port = digits === "" ? 80 : Number(digits);
	if (port < 1 || port > 65_535) throw fault(`${digits} is not a port`);
	const target = end < 0 ? "/" : rest[end] === "?" ? `/${rest.slice(end)}` : rest.slice(end);
	if (!isTarget(target)) throw fault("its path has characters that must be percent-encoded, or a fragment");
	return { host, port, authority: port === 80 ? host : `${host}:${port}`, target };
}

/** Reports whether a text may be requested: a path, or "*". */
export function isTarget(text: string): boolean {
	return (text.startsWith("/") || text === "*") && isTargetText(text);
}
