import { Camera } from "yieldcam/camera/camera";
import type { ConnectionLink } from "yieldcam/http/connection-link";
import type { Input } from "yieldcam/http/engine/input";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import type { Bytes } from "yieldcam/http/io";
import type { RtpFormat, RtpPackets, RtspIO } from "yieldcam/rtsp/io";
import type { Packet, UDP, UDPOptions } from "yieldcam/http/udp-io";
import { Rtsp } from "yieldcam/rtsp/rtsp";
import { RtspSession } from "yieldcam/rtsp/session";
import type { Transport } from "yieldcam/rtsp/transport";
import { FakeDriver } from "../../support/fake-driver.ts";

/** Reads no header: a test says what it would have. */
export class FakeFormat implements RtpFormat {
	static fault: string | undefined;
	static width = 320;
	readonly height = 240;

	get width(): number {
		return FakeFormat.width;
	}

	read(): string | undefined {
		return FakeFormat.fault;
	}
}

/** Frames are packets of 100 bytes. */
export class FakeRtp implements RtpPackets {
	readonly sequence = 7;
	readonly channel: number;
	left = 0;

	constructor(_ssrc: number, _sequence: number, channel: number) {
		this.channel = channel;
	}

	begin(_format: RtpFormat, frame: Bytes): void {
		this.left = frame.byteLength;
	}

	writeTo(): number | undefined {
		this.left = 0;
		return 1_000;
	}

	sendTo(_socket: UDP, _frame: Bytes, _address: string, _port: number, count: number): boolean {
		const packets = Math.min(count, Math.ceil(this.left / 100), FakeUdp.buffers);
		FakeUdp.sent.push(packets);
		this.left = Math.max(0, this.left - 100 * packets);
		return packets === count || this.left === 0;
	}

	report(_seconds: number, _fraction: number, _timestamp: number, bye: boolean): ArrayBuffer {
		return ArrayBuffer.fromString(bye ? "bye" : "report");
	}
}

export class FakeUdp implements UDP {
	static open: FakeUdp[] = [];
	/** Numbers of packets that were sent at once. */
	static sent: number[] = [];
	static buffers = Infinity;
	static reports: string[] = [];
	static taken: number[] = [];
	readonly port: number;
	readonly options: UDPOptions;
	readonly #waiting: Packet[] = [];

	constructor(options: UDPOptions) {
		if (FakeUdp.taken.includes(options.port)) throw new Error("the port is in use");
		this.options = options;
		this.port = options.port;
		FakeUdp.open.push(this);
	}

	receive(bytes: readonly number[], address: string, port: number): void {
		this.#waiting.push(Object.assign(Uint8Array.from(bytes).buffer, { address, port }));
		this.options.onReadable(1);
	}

	read(): Packet | undefined {
		return this.#waiting.shift();
	}

	write(bytes: Bytes, address: string, port: number): void {
		FakeUdp.reports.push(`${String.fromArrayBuffer(bytes as ArrayBuffer)} to ${address}:${port}`);
	}

	add(): void {}

	close(): void {
		FakeUdp.open = FakeUdp.open.filter((socket) => socket !== this);
	}
}

export const FAKE_IO: RtspIO = { Format: FakeFormat, Rtp: FakeRtp, UDP: FakeUdp };

/** A connection in a session, as far as the session needs it. */
export class FakeLink {
	readonly deadlines: number[] = [];
	closed = false;
	/** How often the rest of the work was left to the next turn. */
	deferred = 0;
	readonly sender = { sent: 0, held: 0 };
	readonly deadline = { set: (time: number) => void this.deadlines.push(time), clear() {}, running: true };
	readonly server = { limits: DEFAULT_LIMITS };

	defer(): void {
		this.deferred++;
	}

	close(): void {
		this.closed = true;
	}

	abort(): void {
		this.closed = true;
	}
}

/** A session over a camera in memory. */
export class Played {
	readonly driver: FakeDriver;
	readonly rtsp: Rtsp;
	readonly session: RtspSession;
	readonly link = new FakeLink();
	woken = 0;

	/** @param rtsp That of other sessions. Default: a new one. */
	constructor(transport: Transport = { channel: 0 }, rtsp = newRtsp()) {
		this.driver = FakeDriver.last;
		this.rtsp = rtsp;
		this.session = new RtspSession(rtsp, "10.0.0.9", "rtsp://cam/video", transport);
		this.session.open(this.link as unknown as ConnectionLink);
	}

	/** Opens another session of the same camera. */
	another(transport?: Transport): Played {
		return new Played(transport, this.rtsp);
	}

	/** What the connection sends next: text, "frame", "end", or undefined. */
	pull(): string | undefined {
		const block = this.session.pull(() => this.woken++);
		if (block === null) return "end";
		if (block === undefined) return undefined;
		return "writeTo" in block ? "frame" : String.fromArrayBuffer(block as ArrayBuffer);
	}

	/** All that it sends until there is nothing. */
	pullAll(): string[] {
		const all = [];
		for (let next = this.pull(); next !== undefined; next = this.pull()) {
			all.push(next);
			if (next === "end") break;
		}
		return all;
	}

	/** Takes from the input what the session can use. */
	receive(input: Input): void {
		while (this.session.receive(input));
	}
}

function newRtsp(): Rtsp {
	FakeFormat.fault = undefined;
	FakeFormat.width = 320;
	FakeUdp.open = [];
	FakeUdp.sent = [];
	FakeUdp.reports = [];
	FakeUdp.taken = [];
	FakeUdp.buffers = Infinity;
	return new Rtsp(new Camera({ io: FakeDriver }), FAKE_IO);
}
