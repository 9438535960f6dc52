import { lowerCase } from "../http/syntax/ascii.ts";
import { isDigits, isHostName } from "../http/syntax/characters.ts";
import { isIPv6 } from "../http/syntax/ip-address.ts";
import { parseOrigin, portOf, withoutPort } from "../http/syntax/origin.ts";

/**
 * Reports whether a host that a client asks for can only be this device's. A stranger may have a name of their own
 * resolve to the device's address, after which a browser takes the two for one origin (DNS rebinding). Names that no
 * stranger can have: addresses, names without a dot, and those that are not looked up in the DNS (RFC 6761, 6.3; RFC
 * 6762, 3).
 *
 * @param allowed Further names, in lower case. A port in one matters only for origins.
 */
export function isOwnHost(host: string, allowed: readonly string[]): boolean {
	if (host === "") return true; // an HTTP/1.0 program
	const lower = lowerCase(host);
	if (isNaN(portOf(lower, 0))) return false;
	const name = nameOf(lower);
	if (name.startsWith("[")) return name.endsWith("]") && isIPv6(name.slice(1, -1));
	if (!isHostName(name)) return false;
	const last = name.slice(name.lastIndexOf(".") + 1);
	// A name that ends in a number is an IPv4 address or nothing (URL Standard, 3.5).
	return (
		last === name ||
		last === "local" ||
		last === "localhost" ||
		isDigits(last) ||
		allowed.some((entry) => nameOf(entry) === name)
	);
}

/**
 * Reports whether an origin has an allowed name. A proxy may send another Host than the browser did. Another port is
 * another origin, which may be somebody else's. So only the scheme's own port passes, and one that was allowed with the
 * name.
 */
export function isAllowedOrigin(url: string, allowed: readonly string[]): boolean {
	const origin = parseOrigin(url);
	if (!origin) return false;
	const { port, defaultPort } = origin,
		name = nameOf(origin.name);
	return allowed.some(
		(entry) => nameOf(entry) === name && (port === defaultPort || port === portOf(entry, defaultPort)),
	);
}

/** Returns the name without port and without the root's dot. */
function nameOf(authority: string): string {
	const name = withoutPort(authority);
	return name.endsWith(".") ? name.slice(0, -1) : name;
}
