import Timer from "timer";
import { ADDITIONAL, ANSWER, AUTHORITY, DnsReader } from "./dns-reader.ts";
import { ANY, AUTHORITATIVE, encodeAddress, HEADER, IN, NOT_PLAIN, RESPONSE, TOP_BIT } from "./dns-wire.ts";
import { DnsWriter } from "./dns-writer.ts";
import type { Packet, UDP, UDPIO } from "./io.ts";
import { losesTo } from "./mdns-probe.ts";
import { ALL, GOODBYE, LEGACY, MdnsRecords, ONLY_ADDRESS, PLAIN, SHARED } from "./mdns-records.ts";

export interface MdnsResponderOptions {
	/** `embedded:io/socket/udp`. */
	readonly io: UDPIO;
	/** The board's IPv4 address. */
	readonly address: string;
	/** The web server's port. */
	readonly port: number;
	/** What to be called, without ".local", after `attempt` names were taken. Each attempt has its own. */
	name(attempt: number): string;
	/** The attempt to begin with: that of the last connection, so that a board keeps its name. 0 unless told. */
	readonly attempt?: number;
	/** The name is ours. Called again where it had to be given up for another. */
	onName(name: string, attempt: number): void;
}

export const MDNS_ADDRESS = "224.0.0.251";
export const MDNS_PORT = 5353;

/** Milliseconds. */
export const MDNS_TIMES = Object.freeze({
	/** RFC 6762, 8.1: at most so long before the first probe, lest all boards of a house probe at once. */
	beforeProbe: 250,
	betweenProbes: 250,
	/** After another host won the name in a tie (8.2). */
	afterTie: 1_000,
	/** Between attempts when many names were taken (8.1). */
	manyConflicts: 5_000,
	/** Between the first and the second announcement; doubled from then on (8.3). */
	announce: 1_000,
	/** Answers that others may give as well wait so long, and up to as much more (6). */
	sharedAnswer: 20,
	sharedAnswerSpread: 100,
	/** Nothing is sent to all more often (6): whoever asks in a loop gets no flood out of us. */
	quiet: 1_000,
});

const PROBES = 3;
/** Two are demanded; Wi-Fi loses multicast more than anything else. */
const ANNOUNCEMENTS = 3;
/** Names that are taken at once before there is a longer wait. */
const QUICK_RENAMES = 3;

const PROBING = 0;
const CLAIMED = 1;
const CLOSED = 2;

/**
 * Multicast DNS for one host with one web server: claims a name, defends it, and answers for it.
 *
 * The SDK has two such modules, and neither serves here (8.2.3). `mdns` never joins the multicast group
 * on the ESP32 (modules/network/socket/lwip/modSocket.c:347 asks for the interface NULL), so it hears
 * nobody. `embedded:network/dnssd` does not answer a probe for a name that it advertises a service under
 * (modules/io/dnssd/dnssd.js:406 compares with `hostLower`, which is not set), so a second camera would
 * take the name of the first. And both parse with modules/network/dns, which a single packet can hang
 * (moddnsparser.c:140 follows a pointer to itself).
 *
 * The link does not go down under it: it is closed and made anew with each address, since RFC 6762, 8
 * wants a new probe then.
 */
export class MdnsResponder {
	readonly #options: MdnsResponderOptions;
	readonly #address: Uint8Array;
	readonly #udp: UDP;
	#attempt: number;
	#records: MdnsRecords;
	#phase = PROBING;
	/** Probes or announcements sent. */
	#sent = 0;
	#next: Timer | undefined;
	/** What is to be sent to all, and the timer that runs until then, or until all may be sent to again. */
	#pending = 0;
	#quiet: Timer | undefined;

	/** Throws where there is no network, or no socket to be had. */
	constructor(options: MdnsResponderOptions) {
		const address = encodeAddress(options.address);
		if (!address) throw new RangeError(`${options.address} is no IPv4 address`);
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

	/** Gives the name up, and says so if anybody can hear it. */
	close(): void {
		if (this.#phase === CLOSED) return;
		if (this.#phase === CLAIMED) this.respond(ALL & ~ONLY_ADDRESS, 0, GOODBYE);
		this.#phase = CLOSED;
		this.hush();
		this.#udp.close();
	}

	private named(): MdnsRecords {
		return new MdnsRecords(this.#options.name(this.#attempt), this.#address, this.#options.port);
	}

	private after(time: number, callback: () => void): void {
		Timer.clear(this.#next);
		this.#next = Timer.set(() => {
			this.#next = undefined;
			callback();
		}, time);
	}

	/** Drops what is planned. */
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
		// One that could not be sent asked nobody.
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
			// RFC 6762, 6: anything else is forged, or not for us.
			if (packet.port === MDNS_PORT) this.heed(message);
		} else if (this.#phase === CLAIMED) this.answer(message, packet.address, packet.port);
		else this.yield(message);
	}

	/** Another host's response: is it about our name? */
	private heed(message: DnsReader): void {
		while (message.question());
		while (message.record()) {
			if (this.#phase === PROBING && this.#records.taken(message)) return this.rename();
			// RFC 6762, 9: who has the name is found out by probing for it anew.
			if (this.#phase === CLAIMED && this.#records.contradicts(message))
				return this.probe(Math.random() * MDNS_TIMES.beforeProbe);
		}
	}

	private rename(): void {
		this.#attempt++;
		this.#records = this.named();
		this.probe(this.#attempt > QUICK_RENAMES ? MDNS_TIMES.manyConflicts : Math.random() * MDNS_TIMES.beforeProbe);
	}

	/** Another host's query, while we probe: does it probe for the same name? */
	private yield(message: DnsReader): void {
		while (message.question());
		// By then the winner has the name, and answers the next probe; or it has gone.
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
		if (all && probing) this.respond(all, 0, PLAIN); // whoever is about to take our name does not wait
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

	/** For a resolver that does not listen on port 5353: as a server of the ordinary DNS (RFC 6762, 6.7). */
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
			// The link is about to be reported lost, or lwIP has no memory just now. Whoever asked asks again.
			return false;
		}
	}
}
