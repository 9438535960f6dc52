import type { Reader } from "./reader.ts";

// What a check finds.
/** The peer does what it has to. */
export const ALIVE = 0;
/** It has said nothing since the last check: ask it. */
export const SILENT = 1;
/** It was asked, and did not answer; or takes nothing of what is sent. */
export const LOST = 2;
/** It has begun a message, and does not end it. */
export const ENDLESS = 3;

/** One deadline for everything that a peer has to do: each time it passes, something must have happened since the last. */
export class Keepalive {
	#asked = false;
	/** -1 where there was nothing to be sent, or no message to be ended. */
	#sent = -1;
	#begun = -1;

	/** Whether the peer has said anything since the last check. */
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
		// The answer may lie behind a message that the handler has not taken, and the question behind one that is still being sent.
		if (!heard && this.#asked && !busy && !reader.full) return LOST;
		this.#asked = !heard;
		return heard ? ALIVE : SILENT;
	}
}
