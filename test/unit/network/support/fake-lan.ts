import type { Packet, UDP, UDPIO, UDPOptions } from "yieldcam/http/udp-io";
import { MDNS_ADDRESS } from "yieldcam/network/mdns-responder";
import { advance } from "../../support/time.ts";
import { describeMessage } from "./dns-text.ts";

/** The longest that a packet is under way, as far as the hosts can tell. Milliseconds. */
const STEP = 25;

/** What a socket sent: to which address, and its lines. */
export interface Sent {
	readonly from: string;
	readonly to: string;
	readonly bytes: Uint8Array;
	readonly text: readonly string[];
}

/**
 * A local network of hosts with one UDP socket each, as modules/io/socket/lwip/udp.c (SDK 8.2.3) provides them. The
 * line numbers in the comments refer to that file.
 */
export class FakeLan {
	readonly sent: Sent[] = [];
	readonly #sockets = new Map<string, FakeUDP>();
	readonly #posted: (() => void)[] = [];
	/** Sockets that are open. */
	get open(): number {
		return this.#sockets.size;
	}

	/** The `io` of a host with this address. */
	io(address: string): UDPIO {
		const lan = this;
		return class extends FakeUDP {
			constructor(options: UDPOptions) {
				super(lan, address, options);
			}
		};
	}

	/** No socket of this address can send anymore: the link is down. */
	cut(address: string): void {
		this.#sockets.get(address)!.cut = true;
	}

	/** A stranger sends bytes to all, or to one. */
	send(bytes: Uint8Array, from: string, to = MDNS_ADDRESS, port = 5353): void {
		for (const [address, socket] of this.#sockets)
			if (to === MDNS_ADDRESS ? socket.joined && address !== from : address === to)
				this.post(() => socket.receive(bytes, from, port));
	}

	/** Lets time pass in small steps, and delivers what the hosts send. */
	pass(milliseconds: number): void {
		this.#deliver();
		for (let left = milliseconds; left > 0; left -= STEP) {
			advance(Math.min(STEP, left));
			this.#deliver();
		}
	}

	/** The packets sent since the last call, each with its lines. */
	look(): Sent[] {
		return this.sent.splice(0);
	}

	record(from: string, to: string, port: number, bytes: Uint8Array): void {
		this.sent.push({ from, to: port === 5353 ? to : `${to}:${port}`, bytes, text: describeMessage(bytes) });
	}

	bind(address: string, socket: FakeUDP): void {
		if (this.#sockets.has(address)) throw new Error("bind failed"); // 108
		this.#sockets.set(address, socket);
	}

	unbind(address: string): void {
		this.#sockets.delete(address);
	}

	post(event: () => void): void {
		this.#posted.push(event);
	}

	#deliver(): void {
		for (let event = this.#posted.shift(); event; event = this.#posted.shift()) event();
	}
}

class FakeUDP implements UDP {
	joined = false;
	cut = false;
	readonly #lan: FakeLan;
	readonly #address: string;
	readonly #options: UDPOptions;
	readonly #packets: Packet[] = [];
	#pending = false;
	#closed = false;

	constructor(lan: FakeLan, address: string, options: UDPOptions) {
		this.#lan = lan;
		this.#address = address;
		this.#options = options;
		lan.bind(address, this);
	}

	get port(): number {
		return this.#options.port;
	}

	read(): Packet | undefined {
		// 169–195
		this.#validate();
		return this.#packets.shift();
	}

	write(bytes: Uint8Array, address: string, port: number): void {
		// 213–231
		this.#validate();
		if (this.cut) throw new Error("UDP send failed");
		const copy = bytes.slice();
		this.#lan.record(this.#address, address, port, copy);
		this.#lan.send(copy, this.#address, address);
	}

	add(address: string): void {
		// 233–254
		this.#validate();
		if (address !== MDNS_ADDRESS) throw new RangeError("invalid IP address");
		this.joined = true;
	}

	close(): void {
		// 157–167
		this.#closed = true;
		this.#lan.unbind(this.#address);
	}

	receive(bytes: Uint8Array, address: string, port: number): void {
		// 304–349: one message for all that has arrived
		this.#packets.push(Object.assign(bytes.slice().buffer, { address, port }));
		if (this.#pending) return;
		this.#pending = true;
		this.#lan.post(() => this.#deliver());
	}

	#deliver(): void {
		// 351–376
		this.#pending = false;
		if (!this.#closed && this.#packets.length) this.#options.onReadable(this.#packets.length);
	}

	#validate(): void {
		if (this.#closed) throw new Error("invalid host object");
	}
}
