import type { DnsReader } from "./dns-reader.ts";
import { A, AAAA, ANY, ANY_CLASS, encodeName, IN, isName, NSEC, PTR, SRV, TOP_BIT, TXT } from "./dns-wire.ts";
import type { DnsWriter } from "./dns-writer.ts";

// The records, as bits of a set.
export const ADDRESS = 1;
/** States that the host has an IPv4 address and no other: without it a client waits for IPv6 (RFC 6762, 6.1). */
export const ONLY_ADDRESS = 2;
export const POINTER = 4;
export const LOCATION = 8;
export const TEXT = 16;
export const SERVICE = 32;
export const ALL = 63;
/** Others may have the same records, so responses to one question may collide (RFC 6762, 6). */
export const SHARED = POINTER | SERVICE;

/** Seconds (RFC 6762, 10). */
const HOST_TTL = 120;
const OTHER_TTL = 4_500;
/** Maximum for a resolver that does not support mDNS (RFC 6762, 6.7). */
const LEGACY_TTL = 10;

/** RFC 1035, 2.3.4. */
const MAX_LABEL_BYTES = 63;

/** Ways of sending the records. */
export const PLAIN = 0;
/** The records are withdrawn: a TTL of 0 (RFC 6762, 10.1). */
export const GOODBYE = 1;
/** For a resolver that does not support mDNS. */
export const LEGACY = 2;

interface OwnRecord {
	readonly bit: number;
	readonly name: Uint8Array;
	readonly type: number;
	readonly ttl: number;
	readonly data: Uint8Array;
	/** Offset of a name in the data, which another host may encode differently. */
	readonly nameAt?: number;
}

const SERVICE_TYPE = encodeName("_http", "_tcp", "local");
/** RFC 6763, 9. */
const SERVICE_TYPES = encodeName("_services", "_dns-sd", "_udp", "local");

/** The records of one host with one web server: RFC 6762 for the host, RFC 6763 for the service. */
export class MdnsRecords {
	/** "yieldcam.local" */
	readonly host: Uint8Array;
	readonly address: Uint8Array;
	readonly #records: readonly OwnRecord[];

	/**
	 * `label` is the host's name without ".local", in lower case; `address` is four bytes; `port` is the web server's;
	 * `title` is what people call the device.
	 */
	constructor(label: string, address: Uint8Array, port: number, title?: string) {
		const host = encodeName(label, "local");
		const instance = encodeName(instanceOf(label, title), "_http", "_tcp", "local");
		this.host = host;
		this.address = address;
		this.#records = [
			{ bit: ADDRESS, name: host, type: A, ttl: HOST_TTL, data: address },
			// One window of type bits, in which only the bit of A is set.
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
			// TXT is mandatory, even with an empty string only (RFC 6763, 6.1).
			{ bit: TEXT, name: instance, type: TXT, ttl: OTHER_TTL, data: Uint8Array.of(0) },
			{ bit: SERVICE, name: SERVICE_TYPES, type: PTR, ttl: OTHER_TTL, data: SERVICE_TYPE, nameAt: 0 },
		];
	}

	/** Returns the records that answer the current question. */
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

	/** Returns the records that a client will need next if it asks for these. */
	companions(bits: number): number {
		let more = 0;
		if (bits & POINTER) more |= LOCATION | TEXT;
		if ((bits | more) & (LOCATION | ADDRESS | ONLY_ADDRESS)) more |= ADDRESS | ONLY_ADDRESS;
		return more & ~bits;
	}

	/** Returns our record that the current one repeats, if its sender will keep it for long enough (RFC 6762, 7.1). */
	known(message: DnsReader): number {
		const record = this.find(message);
		return record && message.ttl >= record.ttl / 2 && same(message, record) ? record.bit : 0;
	}

	/**
	 * Reports whether the current record shows that another host has our names: the same name and type with other data
	 * (RFC 6762, 9).
	 */
	contradicts(message: DnsReader): boolean {
		const record = this.find(message);
		return (
			record !== undefined && !(record.bit & (SHARED | ONLY_ADDRESS)) && message.ttl > 0 && !same(message, record)
		);
	}

	/** Reports whether the current record belongs to a host that has our name, even with other kinds of addresses. */
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

	/** Writes the address as a probe proposes it: without the bit that would make others drop theirs. */
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

/**
 * Returns the name of the service, which programs list (RFC 6763, 4.1.1). It ends with the host's name, which is unique:
 * people may call two cameras the same.
 */
function instanceOf(label: string, title: string | undefined): string {
	if (title === undefined) return label;
	const end = ` (${label})`,
		room = MAX_LABEL_BYTES - end.length;
	let short = "";
	for (const character of title) {
		if (ArrayBuffer.fromString(short + character).byteLength > room) break;
		short += character;
	}
	return short + end;
}

/** Reports whether the current record has the data of ours. Names may be compressed, and in another case. */
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
