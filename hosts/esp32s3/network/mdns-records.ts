import type { DnsReader } from "./dns-reader.ts";
import { A, AAAA, ANY, ANY_CLASS, encodeName, IN, isName, NSEC, PTR, SRV, TOP_BIT, TXT } from "./dns-wire.ts";
import type { DnsWriter } from "./dns-writer.ts";

// The records, as bits of a set.
export const ADDRESS = 1;
/** That the host has an IPv4 address and no other: without it a client waits for IPv6 (RFC 6762, 6.1). */
export const ONLY_ADDRESS = 2;
export const POINTER = 4;
export const LOCATION = 8;
export const TEXT = 16;
export const SERVICE = 32;
export const ALL = 63;
/** Others may have the same, so answers to one question may meet on the air (RFC 6762, 6). */
export const SHARED = POINTER | SERVICE;

/** Seconds: RFC 6762, 10. */
const HOST_TTL = 120;
const OTHER_TTL = 4_500;
/** The most that a resolver which knows nothing of mDNS is told (RFC 6762, 6.7). */
const LEGACY_TTL = 10;

/** How the records are sent. */
export const PLAIN = 0;
/** They are no more: a TTL of 0 (RFC 6762, 10.1). */
export const GOODBYE = 1;
/** For a resolver that knows nothing of mDNS. */
export const LEGACY = 2;

interface OwnRecord {
	readonly bit: number;
	readonly name: Uint8Array;
	readonly type: number;
	readonly ttl: number;
	readonly data: Uint8Array;
	/** Where a name stands in the data, which another may write in another way. */
	readonly nameAt?: number;
}

const SERVICE_TYPE = encodeName("_http", "_tcp", "local");
/** RFC 6763, 9. */
const SERVICE_TYPES = encodeName("_services", "_dns-sd", "_udp", "local");

/** What one host with one web server has to say: RFC 6762 for the host, RFC 6763 for the service. */
export class MdnsRecords {
	/** "yieldcam.local" */
	readonly host: Uint8Array;
	readonly address: Uint8Array;
	readonly #records: readonly OwnRecord[];

	/** `label` is the host's name without ".local", in lower case; `address` four bytes; `port` the web server's. */
	constructor(label: string, address: Uint8Array, port: number) {
		const host = encodeName(label, "local");
		const instance = encodeName(label, "_http", "_tcp", "local");
		this.host = host;
		this.address = address;
		this.#records = [
			{ bit: ADDRESS, name: host, type: A, ttl: HOST_TTL, data: address },
			// One window of type bits, of which only that of A is set.
			{
				bit: ONLY_ADDRESS,
				name: host,
				type: NSEC,
				ttl: HOST_TTL,
				data: concat(host, Uint8Array.of(0, 1, 0x80 >> A)),
			},
			{ bit: POINTER, name: SERVICE_TYPE, type: PTR, ttl: OTHER_TTL, data: instance, nameAt: 0 },
			{
				bit: LOCATION,
				name: instance,
				type: SRV,
				ttl: HOST_TTL,
				data: concat(Uint8Array.of(0, 0, 0, 0, port >> 8, port), host),
				nameAt: 6,
			},
			// There is always one, if only with an empty string (RFC 6763, 6.1).
			{ bit: TEXT, name: instance, type: TXT, ttl: OTHER_TTL, data: Uint8Array.of(0) },
			{ bit: SERVICE, name: SERVICE_TYPES, type: PTR, ttl: OTHER_TTL, data: SERVICE_TYPE, nameAt: 0 },
		];
	}

	/** The records that answer the current question. */
	answers(message: DnsReader): number {
		const wantedClass = message.class & ~TOP_BIT;
		if (wantedClass !== IN && wantedClass !== ANY_CLASS) return 0;
		let bits = 0;
		this.#records.forEach(({ bit, name, type }) => {
			const wanted = message.type === type || message.type === ANY || (message.type === AAAA && type === NSEC);
			if (wanted && isName(message.bytes, message.name, name)) bits |= bit;
		});
		return bits;
	}

	/** The records that whoever asks for these is going to ask for next. */
	companions(bits: number): number {
		let more = 0;
		if (bits & POINTER) more |= LOCATION | TEXT;
		if ((bits | more) & (LOCATION | ADDRESS | ONLY_ADDRESS)) more |= ADDRESS | ONLY_ADDRESS;
		return more & ~bits;
	}

	/** The record of ours that the current one repeats, where its sender will remember it for long enough (RFC 6762, 7.1). */
	known(message: DnsReader): number {
		const record = this.find(message);
		return record && message.ttl >= record.ttl / 2 && same(message, record) ? record.bit : 0;
	}

	/** Whether the current record says that another has our names: the same name and type with other data (RFC 6762, 9). */
	contradicts(message: DnsReader): boolean {
		const record = this.find(message);
		return (
			record !== undefined && !(record.bit & (SHARED | ONLY_ADDRESS)) && message.ttl > 0 && !same(message, record)
		);
	}

	/** Whether the current record is of a host that has our name, be it with other kinds of addresses. */
	taken(message: DnsReader): boolean {
		if (message.ttl === 0 || !isName(message.bytes, message.name, this.host)) return false;
		const record = this.find(message);
		return !record || !same(message, record);
	}

	write(writer: DnsWriter, section: number, bits: number, how = PLAIN): void {
		this.#records.forEach(({ bit, name, type, ttl, data }) => {
			if (!(bits & bit)) return;
			const flush = bit & SHARED || how === LEGACY ? 0 : TOP_BIT;
			writer.record(
				section,
				name,
				type,
				IN | flush,
				how === GOODBYE ? 0 : how === LEGACY ? Math.min(ttl, LEGACY_TTL) : ttl,
				data,
			);
		});
	}

	/** The address as a probe proposes it: without the bit that would have others forget theirs. */
	propose(writer: DnsWriter, section: number): void {
		writer.record(section, this.host, A, IN, HOST_TTL, this.address);
	}

	private find(message: DnsReader): OwnRecord | undefined {
		if ((message.class & ~TOP_BIT) !== IN) return undefined;
		return this.#records.find(
			({ name, type }) => message.type === type && isName(message.bytes, message.name, name),
		);
	}
}

/** Whether the current record has the data of ours; names may be compressed, and in another case. */
function same(message: DnsReader, { data, nameAt }: OwnRecord): boolean {
	const length = nameAt ?? data.length;
	if (nameAt === undefined ? message.end - message.data !== length : message.end - message.data <= length)
		return false;
	for (let i = 0; i < length; i++) if (message.bytes[message.data + i] !== data[i]) return false;
	return nameAt === undefined || isName(message.bytes, message.data + nameAt, data.subarray(nameAt));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
