import { authorityOf, withoutPort } from "../http/origin.ts";

/**
 * Whether a host that a client asks for can only be this device's. A page of a stranger may have a name of the
 * stranger's answered with the device's address, after which a browser takes the two for one origin (DNS
 * rebinding). Names that no stranger has: addresses, names without a dot, and those that are not asked of the
 * DNS (RFC 6761, 6.3; RFC 6762, 3).
 */
export function isOwnHost(host: string, allowed: readonly string[]): boolean {
	if (host === "" || host.startsWith("["))
		return true; // a program of HTTP/1.0; an IPv6 address
	const name = nameOf(host);
	const last = name.slice(name.lastIndexOf(".") + 1);
	return last === name || last === "local" || last === "localhost" || isNumber(last) || allowed.includes(name);
}

/** Whether an origin is of a name that somebody allowed: a proxy may say another Host than the browser did. */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
	const authority = authorityOf(origin);
	return authority !== undefined && allowed.includes(nameOf(authority));
}

/** In lower case, without port and without the root's dot. */
function nameOf(authority: string): string {
	const name = withoutPort(authority.toLowerCase());
	return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** What ends in a number is an IPv4 address or nothing (URL Standard, 3.5). */
function isNumber(label: string): boolean {
	for (let at = 0; at < label.length; at++) {
		if (!(label[at] >= "0" && label[at] <= "9"))
			return false;
	}
	return label !== "";
}
