import type { RtspIO } from "./io.ts";
import type { UDP } from "../http/udp-io.ts";

/** The usual ports of packets and of their reports. The first is even (RFC 3550, 11). */
const USUAL = 6_970;
/** Ports that are tried if any pair will do. */
const ATTEMPTS = 16;

/** Receives what clients send to the ports. */
export interface UdpListener {
	/** A report has come from an address and port. */
	heard(address: string, port: number): void;
}

/**
 * The two UDP sockets of all sessions. They are open while there is a session that needs them: a board has sixteen. What arrives at
 * the first, such as the packets by which clients open a hole in a firewall, is read and ignored.
 */
export class UdpPorts {
	readonly #io: RtspIO;
	readonly #listener: UdpListener;
	#users = 0;
	#packets: UDP | undefined;
	#reports: UDP | undefined;

	constructor(io: RtspIO, listener: UdpListener) {
		this.#io = io;
		this.#listener = listener;
	}

	/** The socket of the packets, while it is open. */
	get packets(): UDP | undefined {
		return this.#packets;
	}

	/** The socket of the reports, while it is open. */
	get reports(): UDP | undefined {
		return this.#reports;
	}

	/** Opens the sockets for one more session. Throws the error of their class if it cannot. */
	acquire(): void {
		if (this.#users === 0) this.open();
		this.#users++;
	}

	release(): void {
		if (--this.#users > 0) return;
		this.#packets?.close();
		this.#reports?.close();
		this.#packets = this.#reports = undefined;
	}

	private open(): void {
		const { port = USUAL } = this.#io;
		if (port !== 0) return this.openPair(port);
		for (let left = ATTEMPTS; ; left--) {
			try {
				return this.openPair(20_000 + 2 * Math.floor(Math.random() * 20_000));
			} catch (error) {
				if (left === 0) throw error;
			}
		}
	}

	private openPair(port: number): void {
		const { UDP, address } = this.#io,
			place = address === undefined ? {} : { address },
			ports = this;
		const packets = new UDP({ port, ...place, onReadable: (count) => ports.ignore(count) });
		try {
			this.#reports = new UDP({ port: port + 1, ...place, onReadable: (count) => ports.read(count) });
		} catch (error) {
			packets.close();
			throw error;
		}
		this.#packets = packets;
	}

	private ignore(count: number): void {
		for (; count > 0; count--) this.#packets?.read();
	}

	private read(count: number): void {
		for (; count > 0; count--) {
			const packet = this.#reports?.read();
			if (!packet) return;
			// Version 2, and a report: junk must not keep a session alive.
			const bytes = new Uint8Array(packet);
			if (bytes.length >= 8 && bytes[0] >> 6 === 2 && bytes[1] >= 200 && bytes[1] <= 204)
				this.#listener.heard(packet.address, packet.port);
		}
	}
}
