import Timer from "timer";
import { ADDITIONAL, ANSWER, AUTHORITY, DnsReader } from "./dns-reader.ts";
import { ANY, AUTHORITATIVE, encodeAddress, HEADER, IN, NOT_PLAIN, RESPONSE, TOP_BIT } from "./dns-wire.ts";
import { DnsWriter } from "./dns-writer.ts";
import type { Packet, UDP, UDPIO } from "../http/udp-io.ts";
import { losesTo } from "./mdns-probe.ts";
import { ALL, GOODBYE, LEGACY, MdnsRecords, ONLY_ADDRESS, PLAIN, SHARED } from "./mdns-records.ts";

export interface MdnsResponderOptions {
	/** `embedded:io/socket/udp`. */
	readonly io: UDPIO;
	/** The board's IPv4 address. */
	readonly address: string;
	/** The web server's port. */
	readonly port: number;
	/** What people call the device. */
	readonly title?: string | undefined;
	/** Returns the name to claim, without ".local", after `attempt` names were taken. It differs for each attempt. */
	name(attempt: number): string;
	/** The attempt to begin with. Pass that of the last connection, so that a board keeps its name. Default: 0. */
	readonly attempt?: number;
	/** The name is ours. Called again if it had to be replaced by another. */
	onName(name: string, attempt: number): void;
}

export const MDNS_ADDRESS = "224.0.0.251";
export const MDNS_PORT = 5353;

/** Milliseconds. */
export const MDNS_TIMES = Object.freeze({
	/** RFC 6762, 8.1: maximum delay before the first probe, so that not all boards of a house probe at once. */
	beforeProbe: 250,
	betweenProbes: 250,
	/** After another host won the name in a tie (8.2). */
	afterTie: 1_000,
	/** Between attempts after many names were taken (8.1). */
	manyConflicts: 5_000,
	/** Between the first and the second announcement; doubled from then on (8.3). */
	announce: 1_000,
	/** Delay of responses that others may send as well, plus a random part up to the spread (6). */
	sharedAnswer: 20,
	sharedAnswerSpread: 100,
	/** Minimum between multicasts (6): a client that asks in a loop cannot make us flood the network. */
	quiet: 1_000,
});

const PROBES = 3;
/** RFC 6762 requires two; Wi-Fi loses multicast more than anything else. */
const ANNOUNCEMENTS = 3;
/** Number of taken names after which the wait between attempts is longer. */
const QUICK_RENAMES = 3;

const PROBING = 0;
const CLAIMED = 1;
const CLOSED = 2;

/**
 * Multicast DNS for one host with one web server: claims a name, defends it, and answers for it.
 *
 * The SDK has two such modules, and neither works here (8.2.3). `mdns` never joins the multicast group on the ESP32
 * (modules/network/socket/lwip/modSocket.c:347 asks for the interface NULL), so it receives nothing.
 * `embedded:network/dnssd` does not answer a probe for a name that it advertises a service under
 * (modules/io/dnssd/dnssd.js:406 compares with `hostLower`, which is not set), so a second camera would take the name
 * of the first. And both parse with modules/network/dns, which a single packet can hang (moddnsparser.c:140 follows a
 * pointer to itself).
 *
 * An object serves one address: with each new one it is closed and created again, since RFC 6762, 8 requires a new
 * probe then.
 */
export class MdnsResponder {
	readonly #options: MdnsResponderOptions;
	readonly #address: Uint8Array;
	readonly #udp: UDP;
	#attempt: number;
	#records: MdnsRecords;
	#phase = PROBING;
	/** Number of probes or announcements sent. */
	#sent = 0;
	#next: Timer | undefined;
	/** Records to multicast, and the timer that runs until they are due, or until multicasts are allowed again. */
	#pending = 0;
	#quiet: Timer | undefined;

	/** Throws if there is no network, or no socket left. */
	constructor(options: MdnsResponderOptions) {
		const address = encodeAddress(options.address);
		if (!address) throw new RangeError(`${options.address} is not an IPv4 address`);
		this.#options = options;
		this.#address = address;
		this.#attempt = options.attempt ?? 0;
		this.#records = this.named();
		this.#udp = new options.io({ port: MDNS_PORT, onReadable: (count) => this.readable(count) });
		try {
			this.#udp.add(MDNS_ADDRESS);
		} catch (error) {
			this.#udp.close();
			throw error;
		}
		this.probe(Math.random() * MDNS_TIMES.beforeProbe);
	}

	/** Gives up the name, and announces that if the name was claimed. */
	close(): void {
		if (this.#phase === CLOSED) return;
		if (this.#phase === CLAIMED) this.respond(ALL & ~ONLY_ADDRESS, 0, GOODBYE);
		this.#phase = CLOSED;
		this.hush();
		this.#udp.close();
	}

	private named(): MdnsRecords {
		const { name, port, title } = this.#options;
		return new MdnsRecords(name(this.#attempt), this.#address, port, title);
	}

	private after(time: number, callback: () => void): void {
		Timer.clear(this.#next);
		this.#next = Timer.set(() => {
			this.#next = undefined;
			callback();
		}, time);
	}

	/** Cancels everything that is planned. */
	private hush(): void {
		Timer.clear(this.#next);
		Timer.clear(this.#quiet);
		this.#next = this.#quiet = undefined;
		this.#pending = 0;
	}

	private probe(delay: number): void {
		this.hush();
		this.#phase = PROBING;
		this.#sent = 0;
		this.after(delay, () => this.sendProbe());
	}

	private sendProbe(): void {
		if (this.#sent === PROBES) return this.claim();
		const writer = new DnsWriter(0);
		writer.question(this.#records.host, ANY, IN | TOP_BIT);
		this.#records.propose(writer, AUTHORITY);
		// A probe that could not be sent does not count.
		if (this.send(writer, MDNS_ADDRESS, MDNS_PORT)) this.#sent++;
		this.after(MDNS_TIMES.betweenProbes, () => this.sendProbe());
	}

	private claim(): void {
		this.#phase = CLAIMED;
		this.#sent = 0;
		this.announce();
		this.#options.onName(this.#options.name(this.#attempt), this.#attempt);
	}

	private announce(): void {
		this.respond(ALL, 0, PLAIN);
		if (++this.#sent < ANNOUNCEMENTS) this.after(MDNS_TIMES.announce << (this.#sent - 1), () => this.announce());
	}

	private readable(count: number): void {
		for (; count > 0 && this.#phase !== CLOSED; count--) {
			const packet = this.#udp.read();
			if (packet) this.receive(packet);
		}
	}

	private receive(packet: Packet): void {
		const message = new DnsReader(packet);
		if (!message.complete || message.flags & NOT_PLAIN) return;
		if (message.flags & RESPONSE) {
			// RFC 6762, 6: a response from another port is forged, or not for us.
			if (packet.port === MDNS_PORT) this.heed(message);
		} else if (this.#phase === CLAIMED) this.answer(message, packet.address, packet.port);
		else this.yield(message);
	}

	/** Checks whether another host's response is about our name. */
	private heed(message: DnsReader): void {
		while (message.question());
		while (message.record()) {
			if (this.#phase === PROBING && this.#records.taken(message)) return this.rename();
			// RFC 6762, 9: a new probe decides which host has the name.
			if (this.#phase === CLAIMED && this.#records.contradicts(message))
				return this.probe(Math.random() * MDNS_TIMES.beforeProbe);
		}
	}

	private rename(): void {
		this.#attempt++;
		this.#records = this.named();
		this.probe(this.#attempt > QUICK_RENAMES ? MDNS_TIMES.manyConflicts : Math.random() * MDNS_TIMES.beforeProbe);
	}

	/** Checks, while we probe, whether another host's query probes for the same name. */
	private yield(message: DnsReader): void {
		while (message.question());
		// After this delay the winner has the name and answers our next probe, or it has gone.
		if (losesTo(message, this.#records)) this.probe(MDNS_TIMES.afterTie);
	}

	private answer(message: DnsReader, address: string, port: number): void {
		let alone = 0;
		let all = 0;
		let question: Uint8Array | undefined;
		while (message.question()) {
			const bits = this.#records.answers(message);
			if (port !== MDNS_PORT) {
				alone |= bits;
				question ??= message.bytes.subarray(HEADER, message.position);
			} else if (message.class & TOP_BIT) alone |= bits;
			else all |= bits;
		}
		if (!(alone | all)) return;
		let probing = false;
		while (message.record()) {
			if (message.section === ANSWER) {
				const known = this.#records.known(message);
				alone &= ~known;
				all &= ~known;
			} else if (message.section === AUTHORITY) probing = true;
		}
		if (alone && question) this.reply(alone, address, port, message.id, question);
		else if (alone) this.respond(alone, this.#records.companions(alone), PLAIN, address);
		if (all && probing) this.respond(all, 0, PLAIN); // a host that is about to take our name does not wait
		else if (all) this.respondLater(all);
	}

	private respondLater(bits: number): void {
		this.#pending |= bits;
		const { sharedAnswer, sharedAnswerSpread } = MDNS_TIMES;
		this.#quiet ??= Timer.set(
			() => this.flush(),
			bits & SHARED ? sharedAnswer + Math.random() * sharedAnswerSpread : 0,
		);
	}

	private flush(): void {
		const bits = this.#pending;
		this.#pending = 0;
		this.#quiet = undefined;
		if (!bits) return;
		this.respond(bits, this.#records.companions(bits), PLAIN);
		this.#quiet = Timer.set(() => this.flush(), MDNS_TIMES.quiet);
	}

	private respond(bits: number, companions: number, how: number, address = MDNS_ADDRESS): void {
		const writer = new DnsWriter(RESPONSE | AUTHORITATIVE);
		this.#records.write(writer, ANSWER, bits, how);
		this.#records.write(writer, ADDITIONAL, companions, how);
		this.send(writer, address, MDNS_PORT);
	}

	/** Replies to a resolver that does not listen on port 5353, like a server of ordinary DNS (RFC 6762, 6.7). */
	private reply(bits: number, address: string, port: number, id: number, question: Uint8Array): void {
		const writer = new DnsWriter(RESPONSE | AUTHORITATIVE, id);
		writer.repeat(question);
		this.#records.write(writer, ANSWER, bits, LEGACY);
		this.send(writer, address, port);
	}

	private send(writer: DnsWriter, address: string, port: number): boolean {
		try {
			this.#udp.write(writer.finish(), address, port);
			return true;
		} catch {
			// The link is about to be reported lost, or lwIP has no memory just now. The client asks again.
			return false;
		}
	}
}
