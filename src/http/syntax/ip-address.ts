import { isDigits, isHexDigits } from "./characters.ts";

/** The longest IPv6 address as text: six groups and an IPv4 address. */
const IPV6_LENGTH = 45;
const IPV6_GROUPS = 8;
/** Groups of an IPv6 address that name a network. The host chooses the other half (RFC 4291, 2.5.1). */
const NETWORK_GROUPS = 4;
/** The beginning of an IPv4 address that the stack writes as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED = "::ffff:";

/** Reports whether a text is four numbers up to 255, which need no resolver. */
export function isIPv4(text: string): boolean {
	let parts = 0;
	for (let at = 0; at <= text.length; parts++) {
		const dot = text.indexOf(".", at);
		const end = dot < 0 ? text.length : dot;
		const part = text.slice(at, end);
		// Other forms, such as octal, are names to one program and addresses to another.
		if (!isDigits(part) || Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return false;
		at = end + 1;
	}
	return parts === 4;
}

/** Reports whether a text is an IPv6 address (RFC 4291, 2.2), without brackets and without a zone. */
export function isIPv6(text: string): boolean {
	if (text.length > IPV6_LENGTH) return false;
	const gap = text.indexOf("::");
	if (gap < 0) return countGroups(text, true) === IPV6_GROUPS;
	const before = text.slice(0, gap),
		after = text.slice(gap + 2);
	return (
		(before === "" ? 0 : countGroups(before, false)) + (after === "" ? 0 : countGroups(after, true)) < IPV6_GROUPS
	);
}

/** Counts groups of 16 bits. An IPv4 address at the end counts as two. Returns NaN if there is anything else. */
function countGroups(text: string, mayEndInIPv4: boolean): number {
	const parts = text.split(":"),
		last = parts.length - 1;
	if (mayEndInIPv4 && isIPv4(parts[last])) return parts.slice(0, last).every(isGroup) ? parts.length + 1 : NaN;
	return parts.every(isGroup) ? parts.length : NaN;
}

function isGroup(text: string): boolean {
	return text.length <= 4 && isHexDigits(text);
}

/**
 * Returns the part of an address that its owner cannot change at will: all of an IPv4 address, the first 64 bits of an
 * IPv6 address. The address must be the network stack's own text.
 */
export function networkOf(address: string): string {
	if (!address.includes(":")) return address;
	if (address.startsWith(MAPPED) && address.includes(".")) return address.slice(MAPPED.length);
	const gap = address.indexOf("::");
	const groups = (gap < 0 ? address : address.slice(0, gap)).split(":");
	if (gap >= 0) {
		const after = address.slice(gap + 2).split(":");
		if (gap === 0) groups.pop();
		while (groups.length + after.length < IPV6_GROUPS) groups.push("0");
		groups.push(...after);
	}
	return groups.slice(0, NETWORK_GROUPS).join(":");
}
