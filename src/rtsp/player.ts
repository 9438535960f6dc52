import Timer from "timer";
import type { Frame } from "../camera/frame.ts";
import { Rate } from "../camera/rate.ts";
import type { SelfWriting } from "../http/body.ts";
import type { Socket } from "../http/io.ts";
import { random32 } from "../http/random.ts";
import { NTP_TO_UNIX } from "../time/ntp-packet.ts";
import type { RtpPackets } from "./io.ts";
import type { RtpViewer } from "./rtp-stream.ts";
import type { RtspContext } from "./rtsp-context.ts";
import type { Transport } from "./transport.ts";

/** Packets of UDP that are sent at once. The rest of a frame follows: the Wi-Fi driver has buffers for 32. */
const BURST = 16;
/** Milliseconds until then. */
const PAUSE = 4;
/** Attempts without any transmit buffer, after which a frame is given up. */
const MOST_FUTILE = 10;
/** Seconds between reports. go2rtc gives up after five without anything. */
const REPORT = 4;
/** The packets' clock: 90 kHz (RFC 2435, 3.1). */
const TICKS_PER_MICROSECOND = 0.09;
const TWO_32 = 2 ** 32;

/** The session of a player. */
export interface PlayerOwner {
	/** There is something to send over the session's connection. */
	wake(): void;
	/** Ends the session after what is being sent, with a goodbye. */
	end(): void;
	/** Ends the session's connection at once. */
	drop(): void;
	/** A second has passed while it plays. */
	tick(): void;
}

/**
 * Sends the frames of a session, as interleaved packets or by UDP, and the reports about them (RTCP).
 *
 * It is a viewer without a queue, as those of MJPEG: whenever it is ready for a frame, it gets the newest. Over TCP its session's
 * connection asks it for the next block. By UDP it sends each frame when it comes.
 */
export class Player implements RtpViewer, SelfWriting {
	readonly #context: RtspContext;
	readonly #owner: PlayerOwner;
	readonly #address: string;
	readonly #transport: Transport;
	readonly #ssrc = random32();
	readonly #offset = random32();
	readonly #rtp: RtpPackets;
	#playing = false;
	/** The frame that is being sent. */
	#frame: Frame | undefined;
	/** The last one that was begun. */
	#last: Frame | undefined;
	#pace: Timer | undefined;
	/** Seconds since it began to play; a report is due every few. */
	#seconds = 0;
	#reportDue = false;
	/** Attempts to send that found no transmit buffer. */
	#futile = 0;
	#before = 0;
	readonly #rate = new Rate();

	/** Frames that were sent, as far as the socket and the network took them. */
	sent = 0;

	/** Throws the error of the UDP sockets' class if they cannot be opened. */
	constructor(context: RtspContext, owner: PlayerOwner, address: string, transport: Transport) {
		const { io, ports } = context,
			{ channel = -1 } = transport;
		this.#rtp = new io.Rtp(this.#ssrc, random32() % 65_536, channel);
		// Last, since the sockets stay open if it throws.
		if (channel < 0) ports.acquire();
		this.#context = context;
		this.#owner = owner;
		this.#address = address;
		this.#transport = transport;
	}

	/** Stops, and gives up the sockets. */
	close(): void {
		this.stop();
		this.takeBack();
		if (this.usesUdp) this.#context.ports.release();
	}

	get usesUdp(): boolean {
		return this.#transport.channel === undefined;
	}

	/** Frames that were over before it was ready for another. */
	get skipped(): number {
		return Math.max(0, this.#context.stream.frames - this.#before - this.sent);
	}

	/** Returns the recent frames per second. `now` is the camera's clock. */
	rate(now: number): number {
		return this.#rate.perSecond(now);
	}

	/** The value of the Transport field in the response to SETUP (RFC 2326, 12.39). */
	get transportField(): string {
		const { channel, port, reportPort } = this.#transport,
			{ packets, reports } = this.#context.ports;
		return (
			channel === undefined
				? `RTP/AVP/UDP;unicast;client_port=${port}-${reportPort};server_port=${packets!.port}-${reports!.port}`
				: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`
		).concat(";ssrc=", hex(this.#ssrc));
	}

	/** What the RTP-Info field in the response to PLAY says (RFC 2326, 12.33). */
	get position(): string {
		return `seq=${this.#rtp.sequence};rtptime=${this.stamp(this.#context.now)}`;
	}

	/** Whether a report by UDP is from its client. */
	reportsFrom(address: string, port: number): boolean {
		return this.usesUdp && address === this.#address && port === this.#transport.reportPort;
	}

	start(): void {
		const { stream } = this.#context;
		this.#playing = true;
		this.#seconds = 0;
		// Its capture began before the time that the response says.
		this.#last = stream.newest;
		if (this.sent === 0) this.#before = stream.frames;
		stream.join(this);
	}

	stop(): void {
		this.#playing = this.#reportDue = false;
		Timer.clear(this.#pace);
		this.#pace = undefined;
		// Over TCP it may be in the middle of a packet. Until that is written, the stream may need the frame back.
		if (this.usesUdp || !this.#frame) this.takeBack();
	}

	/** Stops, and says so. Returns the goodbye that the session's connection has to send, if it is over TCP. */
	leave(): ArrayBuffer | undefined {
		if (!this.#playing) return undefined;
		if (this.usesUdp) this.sendReport(true);
		this.stop();
		return this.usesUdp ? undefined : this.report(true);
	}

	/** Called when the session's connection has written the last block. */
	written(): void {
		if (!this.usesUdp) this.takeBack();
	}

	/** Returns the next block for the session's connection, or undefined if there is none. */
	next(): ArrayBuffer | SelfWriting | undefined {
		if (this.usesUdp) return undefined;
		if (!this.#reportDue) return this.#playing && this.begin() ? this : undefined;
		this.#reportDue = false;
		return this.report(false);
	}

	/** Implements `SelfWriting.left`, for the frame that is being sent. */
	get left(): number {
		return this.#rtp.left;
	}

	writeTo(socket: Socket, most: number): number | undefined {
		return this.#rtp.writeTo(socket, this.#frame!.buffer, most);
	}

	/** Begins the newest frame, if there is one that it has not begun. */
	private begin(): boolean {
		const { stream } = this.#context,
			frame = stream.newest;
		if (!frame || frame === this.#last || frame.lost || stream.format.read(frame.buffer) !== undefined)
			return false;
		this.#frame = frame.retain();
		this.#last = frame;
		this.sent++;
		this.#rate.count(frame.timestamp);
		this.#rtp.begin(stream.format, frame.buffer, this.stamp(frame.timestamp));
		return true;
	}

	private takeBack(): void {
		this.#frame?.release();
		this.#frame = undefined;
		if (!this.#playing) this.#context.stream.leave(this);
	}

	notify(): void {
		// The viewer before it may have ended its session: a connection that is lost makes room.
		if (!this.#playing) return;
		if (!this.usesUdp) this.#owner.wake();
		else if (!this.#frame && this.begin()) this.sendBurst();
	}

	/** Sends some packets of the frame. The others follow, as soon as there are transmit buffers, unless there are none for long. */
	private sendBurst(): void {
		const { port } = this.#transport,
			rtp = this.#rtp,
			before = rtp.left;
		this.#pace = undefined;
		const sent = rtp.sendTo(this.#context.ports.packets!, this.#frame!.buffer, this.#address, port!, BURST),
			{ left } = rtp;
		this.#futile = left === before ? this.#futile + 1 : 0;
		if (sent === undefined || left === 0 || this.#futile >= MOST_FUTILE) {
			this.#futile = 0;
			this.takeBack();
			if (!this.begin()) return;
		}
		this.#pace = Timer.set(() => this.sendBurst(), PAUSE);
	}

	holds(frame: Frame): boolean {
		return this.#frame === frame;
	}

	drop(): void {
		this.#owner.drop();
	}

	changed(): void {
		this.#owner.end();
	}

	ended(): void {
		this.#owner.end();
	}

	tick(): void {
		if (this.#playing && this.#seconds++ % REPORT === 0) {
			if (this.usesUdp) this.sendReport(false);
			else {
				this.#reportDue = true;
				this.#owner.wake();
			}
		}
		this.#owner.tick();
	}

	/** A time of the camera's clock, in microseconds, on that of the packets. */
	private stamp(micros: number): number {
		return (this.#offset + Math.floor(micros * TICKS_PER_MICROSECOND)) % TWO_32;
	}

	private report(bye: boolean): ArrayBuffer {
		const { clock, now } = this.#context,
			second = 1_000_000,
			time = clock.timeAt(now),
			// Without the time of day, RFC 3550, 6.4.1, has the time since the start.
			ntp = time === undefined ? now : time + NTP_TO_UNIX * second;
		return this.#rtp.report(
			Math.floor(ntp / second) % TWO_32,
			((ntp % second) / second) * TWO_32,
			this.stamp(now),
			bye,
		);
	}

	/** A report that is lost is followed by another. */
	private sendReport(bye: boolean): void {
		try {
			this.#context.ports.reports!.write(this.report(bye), this.#address, this.#transport.reportPort!);
		} catch {
			// There is no transmit buffer, or no route.
		}
	}
}

/** Returns the eight digits of such a number. */
export function hex(number: number): string {
	return number.toString(16).padStart(8, "0");
}
