import { ADDITIONAL, AUTHORITY, type DnsReader } from "./dns-reader.ts";
import { A, IN, isName, TOP_BIT } from "./dns-wire.ts";
import type { MdnsRecords } from "./mdns-records.ts";

/**
 * Reports whether another host that probes for our name at the same time wins it (RFC 6762, 8.2): each proposes its
 * records in the authority section, and the later in the order of class, type and data wins. Ours is a single address.
 * Reads the rest of the message.
 */
export function losesTo(message: DnsReader, records: MdnsRecords): boolean {
	let proposed = 0;
	let equal = 0;
	while (message.record() && message.section < ADDITIONAL) {
		if (message.section !== AUTHORITY || !isName(message.bytes, message.name, records.host)) continue;
		const order = compare(message, records.address);
		if (order < 0) return false; // their first record comes before ours
		proposed++;
		if (order === 0) equal++;
	}
	// If all of theirs equal ours, it is our own probe, repeated by a bridge.
	return proposed > equal || proposed > 1;
}

/** Compares the current record with our address: negative if it comes first. */
function compare(message: DnsReader, address: Uint8Array): number {
	const order = (message.class & ~TOP_BIT) - IN || message.type - A;
	if (order !== 0) return order;
	const length = message.end - message.data;
	for (let i = 0; i < length && i < address.length; i++) {
		const difference = message.bytes[message.data + i] - address[i];
		if (difference !== 0) return difference;
	}
	return length - address.length;
}
