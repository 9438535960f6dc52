import type { Reader } from "./reader.ts";

// Results of a check.
/** The peer does what it has to. */
export const ALIVE = 0;
/** The peer has sent nothing since the last check: send a Ping. */
export const SILENT = 1;
/** The peer did not answer a Ping, or takes nothing of what is sent. */
export const LOST = 2;
/** The peer has begun a message, and does not end it. */
export const ENDLESS = 3;

/**
 * Checks a peer with a single deadline for everything that it has to do. Each time the deadline passes, something must
 * have happened since the last time.
 */
export class Keepalive {
	#asked = false;
	/** -1 if there was nothing to send, or no message to end. */
	#sent = -1;
	#begun = -1;

	/** Whether the peer has sent anything since the last check. */
	heard = false;

	/**
	 * @param busy Whether anything waits to be sent.
	 * @param sent Bytes that the socket has taken so far.
	 */
	check(busy: boolean, sent: number, reader: Reader): number {
		const stuck = busy && this.#sent === sent;
		this.#sent = busy ? sent : -1;
		const endless = reader.unfinished && this.#begun === reader.begun;
		this.#begun = reader.unfinished ? reader.begun : -1;
		const { heard } = this;
		this.heard = false;
		if (stuck) return LOST;
		if (endless) return ENDLESS;
		// The Pong may be behind a message that the handler has not taken, or the Ping behind one that is still being
		// sent.
		if (!heard && this.#asked && !busy && !reader.full) return LOST;
		this.#asked = !heard;
		return heard ? ALIVE : SILENT;
	}
}
