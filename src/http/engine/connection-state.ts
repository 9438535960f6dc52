import type { Exchange } from "./exchange.ts";
import type { Input } from "./input.ts";
import type { Reservation } from "./reservation.ts";
import { RunLoop } from "./run-loop.ts";
import type { Sender } from "./sender.ts";
import type { ServerContext } from "./server-context.ts";

// The phases of a connection.
/** Waits for a request to begin. */
export const WAITING = 0;
/** Reads a head. */
export const READING = 1;
/** A request is being handled and answered. */
export const EXCHANGING = 2;
/**
 * The last response is sent, but the client may still be sending. If the socket were closed with bytes unread, TCP
 * would send a reset, and that may overtake the response (RFC 9112, 9.6). So this discards what comes, for a while,
 * until the client closes.
 */
export const LINGERING = 3;
export const CLOSED = 4;

/** What a connection is doing, and what others see of it that decide which one makes room. */
export abstract class ConnectionState extends RunLoop {
	abstract readonly server: ServerContext;
	abstract readonly input: Input;
	abstract readonly sender: Sender;

	/** Bytes of a head that have arrived, and what was read beyond the last request. */
	protected abstract readonly headReceived: number;

	protected phase = WAITING;
	protected exchange: Exchange | undefined;
	/** Whether it has waited for its client through a sweep, so that the client had time to ask. */
	private settled = false;
	/** Consecutive sweeps in which it waited for its client. */
	private sweeps = 0;
	/** `sender.held` at the last sweep. Negative if it was the same at the sweep before. */
	private heldAtSweep = 0;

	served = false;
	trusted = false;
	idleSince: number | undefined;

	get waiting(): boolean {
		return this.phase <= READING || (this.exchange?.awaitsClient ?? false);
	}

	get streaming(): boolean {
		return (this.exchange?.reservation.streamSlots ?? 0) > 0;
	}

	/** The share of the budgets that its request has. */
	get reservation(): Reservation | undefined {
		return this.exchange?.reservation;
	}

	/** Reports whether the handler of its request is called again, since it was queued. */
	get retrying(): boolean {
		return this.exchange?.retrying ?? false;
	}

	get queued(): boolean {
		return this.exchange?.queued ?? false;
	}

	get postponed(): boolean {
		return this.exchange?.postponed ?? false;
	}

	get awaitsContent(): boolean {
		return this.exchange?.reservation.awaitsContent ?? false;
	}

	get contentStalled(): boolean {
		return this.exchange?.contentStalled ?? false;
	}

	get draining(): boolean {
		return this.exchange?.draining ?? false;
	}

	get lingering(): boolean {
		return this.phase === LINGERING;
	}

	get expendable(): boolean {
		return this.sender.acknowledged || this.sweeps > 0;
	}

	get silent(): boolean {
		return this.phase === WAITING && !this.served && !this.input.pending;
	}

	get asking(): boolean {
		return this.phase === WAITING && this.input.arrived;
	}

	get dormant(): boolean {
		return this.lingering || (this.idleSince !== undefined && this.waiting && !this.asking);
	}

	get unfinishedBytes(): number {
		return this.phase === READING ? this.input.share : (this.exchange?.unfinishedBytes ?? 0);
	}

	get spareBytes(): number {
		return this.exchange?.spareBytes ?? 0;
	}

	get unreadBytes(): number {
		return this.exchange?.unreadBytes ?? 0;
	}

	get holdsRequest(): boolean {
		return this.phase === EXCHANGING && this.waiting;
	}

	get prolonged(): boolean {
		return this.exchange?.recentBytes !== undefined;
	}

	get recentBytes(): number | undefined {
		if (this.phase !== READING && this.phase !== EXCHANGING) return undefined;
		return this.waiting ? (this.sweeps > 0 ? 0 : undefined) : this.exchange?.recentBytes;
	}

	get holdsResponse(): boolean {
		return this.exchange?.reservation.holdsResponse ?? false;
	}

	get responding(): boolean {
		return this.exchange?.responding ?? false;
	}

	get progress(): number | undefined {
		// A request that was served in between raises `idleSince`, and counts as 8 kB of progress.
		if (this.phase <= READING) return 8_192 * (this.idleSince ?? 0) + this.headReceived;
		if (this.lingering || this.draining) return 0;
		const { exchange } = this;
		if (exchange?.needsContent) return exchange.contentReceived;
		return this.responding ? this.sender.sent : undefined;
	}

	get stuck(): boolean {
		const { held } = this.sender;
		return held > 0 && this.heldAtSweep === -held && this.streaming;
	}

	get fresh(): boolean {
		return this.phase <= READING && !this.served;
	}

	/** Counts one sweep. */
	protected sweep(): void {
		this.exchange?.updateProgress();
		const { held } = this.sender;
		this.heldAtSweep = held === Math.abs(this.heldAtSweep) ? -held : held;
		this.sweeps = this.waiting || this.lingering ? this.sweeps + 1 : 0;
		if (this.waiting) {
			if (this.settled) this.idleSince ??= this.server.nextOrder();
			this.settled = true;
		} else this.idleSince = undefined;
	}
}
