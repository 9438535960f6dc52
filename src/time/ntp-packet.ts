/** Bytes of a packet without extensions and without authentication (RFC 5905, 7.3). */
const LENGTH = 48;
/** Version 4, client (RFC 5905, 7.3). */
const REQUEST = 0x23;
/** Where the times of a packet are. */
const ORIGIN_AT = 24;
const RECEIVE_AT = 32;
const TRANSMIT_AT = 40;
const MICROS = 1_000_000;
const TWO_32 = 2 ** 32;
/** Seconds from 1900, where NTP's time begins, to 1970. */
export const NTP_TO_UNIX = 2_208_988_800;
/** Microseconds. A server whose own time may be as wrong as this is of no use (MAXDIST, RFC 5905, 7.2: 1.5 s). */
const MAX_DISTANCE = 1_500_000;

/** What a server's packet says. */
export interface NtpAnswer {
	/** When the server received the request, in microseconds since 1970. */
	readonly received: number;
	/** When it sent the answer. */
	readonly sent: number;
	/** By how many microseconds its time may be wrong. */
	readonly distance: number;
}

/** Makes a request. Its time is a number that only this client knows, and that the server's answer repeats. */
export function ntpRequest(high: number, low: number): ArrayBuffer {
	const packet = new DataView(new ArrayBuffer(LENGTH));
	packet.setUint8(0, REQUEST);
	packet.setUint32(TRANSMIT_AT, high);
	packet.setUint32(TRANSMIT_AT + 4, low);
	return packet.buffer;
}

/**
 * Reads a server's answer to a request with these numbers (RFC 5905, 8 and A.5.3; RFC 4330, 5). Returns undefined if it is no
 * answer to it, a text of four characters if the server refuses (RFC 5905, 7.4), and an Error with the reason if its time is
 * of no use.
 */
export function readNtpAnswer(bytes: ArrayBuffer, high: number, low: number): NtpAnswer | string | Error | undefined {
	if (bytes.byteLength < LENGTH) return undefined;
	const packet = new DataView(bytes),
		first = packet.getUint8(0),
		stratum = packet.getUint8(1);
	if ((first & 7) !== 4 || packet.getUint32(ORIGIN_AT) !== high || packet.getUint32(ORIGIN_AT + 4) !== low)
		return undefined;
	if (stratum === 0) return codeOf(new Uint8Array(bytes, 12, 4));
	if (first >> 6 === 3 || stratum > 15) return new Error("it does not know the time itself");
	const received = timeAt(packet, RECEIVE_AT),
		sent = timeAt(packet, TRANSMIT_AT),
		delay = shortAt(packet, 4),
		distance = delay / 2 + shortAt(packet, 8);
	if (distance >= MAX_DISTANCE || delay < 0 || distance < delay / 2) return new Error("it is too far from a clock");
	return { received, sent, distance };
}

/** Returns the code of a refusal, with dots for what is not a letter: the log has it. */
function codeOf(bytes: Uint8Array): string {
	let code = "";
	for (const byte of bytes) code += byte >= 0x41 && byte <= 0x5a ? String.fromCharCode(byte) : ".";
	return code;
}

/** Returns a time of NTP in microseconds since 1970. Seconds without the highest bit are those after 2036 (RFC 4330, 3). */
function timeAt(packet: DataView, at: number): number {
	const seconds = packet.getUint32(at),
		era = seconds < TWO_32 / 2 ? TWO_32 : 0;
	return (seconds + era - NTP_TO_UNIX) * MICROS + (packet.getUint32(at + 4) / TWO_32) * MICROS;
}

/** Returns a duration in microseconds: seconds with a fraction of 16 bits. */
function shortAt(packet: DataView, at: number): number {
	return (packet.getInt32(at) / 65_536) * MICROS;
}
