import type { Clock } from "../time/clock.ts";
import type { RtspIO } from "./io.ts";
import type { RtpStream } from "./rtp-stream.ts";
import type { RtspSession } from "./session.ts";
import type { UdpPorts } from "./udp-ports.ts";

/** The methods that are served. */
export const METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";

/** Characters of the longest target, which responses repeat up to three times. */
export const MAX_TARGET_LENGTH = 256;

/** What a session needs from its server. */
export interface RtspContext {
	readonly io: RtspIO;
	readonly stream: RtpStream;
	readonly ports: UdpPorts;
	/** Milliseconds after which a client that is not heard of is gone. */
	readonly timeout: number;
	/** The time of day. */
	readonly clock: Clock;
	/** The camera's clock, in microseconds. */
	readonly now: number;
	/** Describes the stream at an address: header fields, each with its line end, and SDP. */
	describe(target: string): { readonly fields: string; readonly text: string };
	opened(session: RtspSession): void;
	closed(session: RtspSession): void;
}
