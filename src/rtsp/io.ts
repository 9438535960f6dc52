/**
 * What a host provides for RTSP: the packets' native classes (hosts/common/rtp), and its UDP sockets. The server receives them
 * and imports none, as the web server its sockets.
 */
import type { Bytes, Socket } from "../http/io.ts";
import type { UDP, UDPIO } from "../http/udp-io.ts";

/** What packets say of a stream's frames (RFC 2435). */
export interface RtpFormat {
	/** Reads a frame's header, or recognizes it. Returns why RFC 2435 cannot carry the frame, or undefined if it can. */
	read(frame: Bytes): string | undefined;
	/** Pixels, as the last header says. */
	readonly width: number;
	readonly height: number;
}

/** The packets to one receiver. */
export interface RtpPackets {
	/** Begins a frame, whose header the format has read. What is left of the last one is not sent. */
	begin(format: RtpFormat, frame: Bytes, timestamp: number): void;
	/** Writes interleaved packets (RFC 2326, 10.12): see `SelfWriting`. The frame is that of `begin`. */
	writeTo(socket: Socket, frame: Bytes, most: number): number | undefined;
	/**
	 * Sends at most `count` of the packets by UDP, up to the first for which there is no transmit buffer. Returns whether all of
	 * them were sent, or undefined if the frame is lost.
	 */
	sendTo(socket: UDP, frame: Bytes, address: string, port: number, count: number): boolean | undefined;
	/**
	 * Returns a sender report and a source description (RFC 3550, 6.4.1 and 6.5), with `bye` also a goodbye.
	 *
	 * @param seconds The time on NTP's clock, with its fraction in units of 2^-32.
	 * @param timestamp The same time on the packets' clock.
	 */
	report(seconds: number, fraction: number, timestamp: number, bye: boolean): ArrayBuffer;
	/** What of the frame is not sent yet; 0 at its end. */
	readonly left: number;
	/** The sequence number of the next packet. */
	readonly sequence: number;
}

export interface RtspIO {
	readonly Format: new () => RtpFormat;
	/** A negative channel is for UDP. */
	readonly Rtp: new (ssrc: number, sequence: number, channel: number) => RtpPackets;
	readonly UDP: UDPIO;
	/** The address of the device that UDP's sockets have. Default: all. */
	readonly address?: string | undefined;
	/** The port of the packets; that of their reports follows. 0: any free pair. Default: 6970. */
	readonly port?: number;
}
