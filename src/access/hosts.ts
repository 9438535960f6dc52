import { lowerCase } from "../http/syntax/scan.ts";
import { isDigits, isHostName } from "../http/syntax/characters.ts";
import { isIPv6 } from "../http/syntax/ip-address.ts";
import { parseOrigin, portOf, withoutPort } from "../http/syntax/origin.ts";

/** Domains that no stranger can have names in: RFC 6762, 3; RFC 6761, 6.3; RFC 8375; and .internal, which ICANN reserved in 2024. */
const HOUSE_DOMAINS: readonly string[] = Object.freeze([".local", ".localhost", ".home.arpa", ".internal"]);

/** Top-level domains in which nobody can register a name: all names in others would be those of strangers as well. */
const OWN_DOMAINS: readonly string[] = Object.freeze(
	"local localhost test internal lan home corp intranet private".split(" "),
);

/**
 * Returns names that are allowed in the form in which `isOwnHost` and `isAllowedOrigin` take them: in lower case. A name that begins
 * with a dot stands for all names in that domain, and for the domain. Throws a TypeError if a text is not a DNS name, with a port or
 * without.
 */
export function allowedNames(names: readonly string[]): readonly string[] {
	return names.map((text) => {
		const lower = lowerCase(text),
			name = nameOf(lower),
			isDomain = name.startsWith("."),
			bare = isDomain ? name.slice(1) : name;
		if (
			!isHostName(bare) ||
			!(portOf(lower, 1) > 0) ||
			(isDomain && !bare.includes(".") && !OWN_DOMAINS.includes(bare))
		)
			throw new TypeError(
				`"${text}" cannot be allowed as a name of this device: a DNS name such as camera.example.org can, with a port or without, and .example.org for all names in that domain`,
			);
		return lower;
	});
}

/**
 * Reports whether a host that a client asks for can only be this device's. A stranger may have a name of their own
 * resolve to the device's address, after which a browser takes the two for one origin (DNS rebinding). Names that no
 * stranger can have: addresses, names without a dot, and those of domains that are not looked up in the DNS.
 *
 * @param allowed Further names, from `allowedNames`. A port in one matters only for origins.
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
		isDigits(last) ||
		HOUSE_DOMAINS.some((domain) => name.endsWith(domain)) ||
		allowed.some((entry) => isNamed(name, entry))
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
		(entry) => isNamed(name, entry) && (port === defaultPort || port === portOf(entry, defaultPort)),
	);
}

/** Reports whether an entry of the allowed names stands for a name. */
function isNamed(name: string, entry: string): boolean {
	const allowed = nameOf(entry);
	return allowed === name || (allowed.startsWith(".") && ("." + name).endsWith(allowed));
}

/** Returns the name without port and without the root's dot. */
function nameOf(authority: string): string {
	const name = withoutPort(authority);
	return name.endsWith(".") ? name.slice(0, -1) : name;
}
