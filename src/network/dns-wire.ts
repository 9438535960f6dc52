/** The elements of DNS messages (RFC 1035, 4.1). */

// Record types.
export const A = 1;
export const PTR = 12;
export const TXT = 16;
export const AAAA = 28;
export const SRV = 33;
/** RFC 6762, 6.1: lists the types that exist for a name. */
export const NSEC = 47;
export const ANY = 255;

export const IN = 1;
export const ANY_CLASS = 255;
/** In a question: send a unicast response (RFC 6762, 5.4). In a record: it replaces what is cached (10.2). */
export const TOP_BIT = 0x8000;

// Flags of the header.
export const RESPONSE = 0x8000;
export const AUTHORITATIVE = 0x0400;
/** In a query: the client wants recursion. The response repeats it. */
export const RECURSION_DESIRED = 0x0100;
export const RECURSION_AVAILABLE = 0x0080;
/** The opcode and the response code: if they are not zero, the message is not for mDNS (RFC 6762, 18.3 and 18.11). */
export const NOT_PLAIN = 0x780f;

export const HEADER = 12;
/** The two high bits of a length byte make it a pointer to an earlier name. */
const POINTER = 0xc0;

/** Encodes a name: labels with their length before them, and a zero at the end. */
export function encodeName(...labels: string[]): Uint8Array {
	const parts = labels.map((label) => new Uint8Array(ArrayBuffer.fromString(label)));
	const name = new Uint8Array(parts.reduce((length, part) => length + 1 + part.length, 1));
	let at = 0;
	parts.forEach((part) => {
		name[at] = part.length;
		name.set(part, at + 1);
		at += 1 + part.length;
	});
	return name;
}

/** Returns the offset after the name at `at`, or -1 if the name does not end in the message. */
export function skipName(message: Uint8Array, at: number): number {
	while (at < message.length) {
		const length = message[at];
		if (length === 0) return at + 1;
		if (length >= POINTER) return at + 2;
		if (length >= 64) return -1;
		at += 1 + length;
	}
	return -1;
}

/**
 * Reports whether the name at `at` of a message is `name`, as from encodeName. Letters match in either case (RFC 1035,
 * 2.3.3).
 *
 * A pointer must lead to an offset before the name that it is in. That ends the loops that a hostile name could make:
 * the SDK's parser follows a pointer to itself forever, and the board hangs.
 */
export function isName(message: Uint8Array, at: number, name: Uint8Array): boolean {
	let matched = 0;
	for (let start = at; at < message.length;) {
		const length = message[at];
		if (length >= POINTER) {
			at = ((length & ~POINTER) << 8) | message[at + 1];
			if (!(at < start)) return false;
			start = at;
			continue;
		}
		if (length !== name[matched]) return false;
		if (length === 0) return true;
		for (let i = 1; i <= length; i++) if (lowerCase(message[at + i]) !== lowerCase(name[matched + i])) return false;
		at += 1 + length;
		matched += 1 + length;
	}
	return false;
}

function lowerCase(byte: number): number {
	return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Converts "192.168.1.5" to four bytes. Returns undefined for anything else. */
export function encodeAddress(address: string): Uint8Array | undefined {
	const parts = address.split(".").map(Number);
	if (parts.length !== 4 || !parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255))
		return undefined;
	return Uint8Array.from(parts);
}
