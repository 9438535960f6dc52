import Timer from "timer";
import type { Frame } from "../camera/frame.ts";
import type { FrameSink, FrameSource } from "../camera/source.ts";
import type { RtpFormat, RtspIO } from "./io.ts";

/** A receiver of the stream's frames. */
export interface RtpViewer {
	/** There is a newer frame, whose header the format has read. */
	notify(): void;
	/** The frames have another size, or cannot be sent any more. */
	changed(): void;
	/** There are no more frames. */
	ended(): void;
	/** Reports whether it still reads this frame. */
	holds(frame: Frame): boolean;
	/** Ends the connection: the frame's memory is needed elsewhere. */
	drop(): void;
	/** A second has passed. */
	tick(): void;
}

/** Milliseconds between two calls of `tick`. */
const TICK = 1_000;

/**
 * The frames of a camera as RTP packets: one source, any number of viewers, each of which gets the newest frame whenever it is
 * ready for one. It watches the source while somebody plays. Each frame's header is read once, for all of them.
 */
export class RtpStream implements FrameSink {
	readonly #source: FrameSource;
	readonly #onFault: (reason: string) => void;
	/** A new array whenever it changes, so that the loop for each frame needs no copy. */
	#viewers: readonly RtpViewer[] = [];
	#timer: Timer | undefined;
	#width = 0;
	#height = 0;

	readonly format: RtpFormat;
	/** Undefined before the first frame, and if it cannot be sent. It may be lost since. */
	newest: Frame | undefined;
	/** Frames that there were, for those who count which of them a viewer has not got. */
	frames = 0;
	/** Why the last frame could not be sent. */
	fault: string | undefined;

	/** @param onFault Called when a frame cannot be sent, and the one before could. */
	constructor(source: FrameSource, io: RtspIO, onFault: (reason: string) => void) {
		this.#source = source;
		this.#onFault = onFault;
		this.format = new io.Format();
	}

	join(viewer: RtpViewer): void {
		this.#viewers = this.#viewers.concat(viewer);
		if (this.#viewers.length > 1) return;
		this.#timer = Timer.repeat(() => this.tick(), TICK);
		this.#source.watch(this);
	}

	leave(viewer: RtpViewer): void {
		if (!this.#viewers.includes(viewer)) return;
		this.#viewers = this.#viewers.filter((other) => other !== viewer);
		if (this.#viewers.length > 0) return;
		Timer.clear(this.#timer);
		this.#source.unwatch(this);
		this.forget();
	}

	/** Reads a frame's header. Returns why it cannot be sent, or undefined if it can. */
	read(frame: Frame): string | undefined {
		const fault = this.format.read(frame.buffer);
		if (fault !== undefined && fault !== this.fault) this.#onFault(fault);
		this.fault = fault;
		return fault;
	}

	onFrame(frame: Frame): void {
		this.forget();
		if (frame.lost) return;
		const { format } = this;
		if (this.read(frame) !== undefined) return this.tellAll();
		const isOther = this.#width !== 0 && (format.width !== this.#width || format.height !== this.#height);
		this.#width = format.width;
		this.#height = format.height;
		if (isOther) return this.tellAll();
		this.newest = frame.retain();
		this.frames++;
		const viewers = this.#viewers;
		for (let i = 0; i < viewers.length; i++) viewers[i].notify();
	}

	onNeeded(frame: Frame): void {
		const viewers = this.#viewers;
		for (let i = 0; i < viewers.length; i++) if (viewers[i].holds(frame)) viewers[i].drop();
	}

	onEnd(): void {
		this.forget();
		this.#viewers.forEach((viewer) => viewer.ended());
	}

	private tellAll(): void {
		this.#viewers.forEach((viewer) => viewer.changed());
	}

	private tick(): void {
		this.#viewers.forEach((viewer) => viewer.tick());
	}

	private forget(): void {
		this.newest?.release();
		this.newest = undefined;
		if (this.#viewers.length === 0) this.#width = this.#height = 0;
	}
}
