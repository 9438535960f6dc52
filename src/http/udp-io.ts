/** The UDP sockets that a host provides. */
import type { Bytes } from "./io.ts";

/** A packet that arrived. */
export interface Packet extends ArrayBuffer {
	readonly address: string;
	readonly port: number;
}

/** `embedded:io/socket/udp` (hosts/common/sockets/udp.c). */
export interface UDP {
	/** The port that it has. */
	readonly port: number;
	/** Returns the oldest packet that arrived; undefined if there is none. */
	read(): Packet | undefined;
	/** Throws if the packet was not sent: no route, no memory. */
	write(bytes: Bytes, address: string, port: number): void;
	/** Joins a multicast group. */
	add(address: string): void;
	close(): void;
}

export interface UDPOptions {
	/** 0: any free port. */
	port: number;
	/** An IPv4 address of the device. Default: all of them. */
	address?: string;
	/** `count` packets have arrived. */
	onReadable(count: number): void;
}

/** Throws while there is no network ("no network"), if the port is taken, and if there is no socket left. */
export type UDPIO = new (options: UDPOptions) => UDP;
