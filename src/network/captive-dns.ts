import type { Packet, UDP, UDPIO } from "../http/udp-io.ts";
import { ANSWER, DnsReader } from "./dns-reader.ts";
import {
	A,
	ANY,
	ANY_CLASS,
	AUTHORITATIVE,
	encodeAddress,
	IN,
	NOT_PLAIN,
	RECURSION_AVAILABLE,
	RECURSION_DESIRED,
	RESPONSE,
} from "./dns-wire.ts";
import { DnsWriter } from "./dns-writer.ts";

const PORT = 53;
/** Seconds. Phones ask again once the access point is closed, and must not keep the device's address for a site until then. */
const TTL = 0;
/** Bytes of the longest question: a name (RFC 1035, 2.3.4), its type and class. */
const MAX_QUESTION = 255 + 4;
/** Packets that are answered in a turn. The others have been lost, and clients ask again. */
const MOST_PACKETS = 4;

/**
 * A DNS server for an access point's clients that answers each name with the device's own address, so that a phone finds the
 * page for its portal whatever it asks for. Other types than addresses have no records: without that answer, phones
 * wait for them.
 */
export class CaptiveDns {
	readonly #address: Uint8Array;
	readonly #udp: UDP;

	/** Throws if there is no socket left, or the port is taken. */
	constructor(io: UDPIO, address: string) {
		this.#address = encodeAddress(address)!;
		this.#udp = new io({ port: PORT, address, onReadable: (count) => this.readable(count) });
	}

	close(): void {
		this.#udp.close();
	}

	private readable(count: number): void {
		for (let i = 0; i < count; i++) {
			const packet = this.#udp.read();
			if (packet && i < MOST_PACKETS) this.answer(packet);
		}
	}

	private answer(packet: Packet): void {
		const reader = new DnsReader(packet),
			start = reader.position;
		if (!reader.complete || reader.flags & (RESPONSE | NOT_PLAIN) || !reader.question()) return;
		const question = reader.bytes.subarray(start, reader.position);
		// A name that points elsewhere would have to be repeated together with what it points to. No client sends one.
		if (question.length > MAX_QUESTION || question[question.length - 5] !== 0) return;
		const writer = new DnsWriter(
			RESPONSE | AUTHORITATIVE | RECURSION_AVAILABLE | (reader.flags & RECURSION_DESIRED),
			reader.id,
		);
		writer.repeat(question);
		const isAddress = reader.type === A || reader.type === ANY,
			isInternet = reader.class === IN || reader.class === ANY_CLASS;
		if (isAddress && isInternet) writer.record(ANSWER, question.subarray(0, -4), A, IN, TTL, this.#address);
		try {
			this.#udp.write(writer.finish(), packet.address, packet.port);
		} catch {
			// There is no transmit buffer. The client asks again.
		}
	}
}
