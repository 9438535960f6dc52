import Resource from "Resource";
import Timer from "timer";
import type { CameraDriver, DriverFrame, DriverOptions } from "yieldcam/camera/driver";

/** Pictures per second. They were recorded at this rate, and together they show one turn of the card's hand. */
const FRAME_RATE = 5;
/** The size in pixels, and QVGA's `framesize_t`. */
const FRAME_SIZE = { width: 320, height: 240, code: 6 };

/** A picture from the build's resources, whose memory need not be returned. */
class PictureFrame extends Resource implements DriverFrame {
	readonly width = FRAME_SIZE.width;
	readonly height = FRAME_SIZE.height;
	readonly timestamp: number;

	constructor(name: string, timestamp: number) {
		super(name);
		this.timestamp = timestamp;
	}

	close(): void {}

	detach(): boolean {
		return true;
	}
}

/**
 * A camera that shows the build's pictures, one after the other, for the desktop simulators in which the simulated
 * device cannot run, since its C is for Linux.
 */
export class PictureCamera implements CameraDriver {
	readonly sensor = { name: "pictures", pid: 0, maxFrameSize: FRAME_SIZE.code, jpeg: true };
	readonly dropped = 0;
	readonly #names: readonly string[];
	readonly #onReadable: () => void;
	readonly #onResult: (result: number) => void;
	readonly #began = Date.now();
	#timer: Timer | undefined;
	#next = 0;
	#taken = true;
	#timestamp = 0;

	constructor(names: readonly string[], { onReadable, onResult }: DriverOptions) {
		this.#names = names;
		this.#onReadable = onReadable;
		this.#onResult = onResult;
	}

	/** The camera's clock, in microseconds. */
	get now(): number {
		return (Date.now() - this.#began) * 1_000;
	}

	start(): void {
		this.#timer ??= Timer.repeat(() => this.capture(), 1_000 / FRAME_RATE);
	}

	stop(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#timer = undefined;
		this.#taken = true;
	}

	read(): DriverFrame | undefined {
		if (this.#taken) return undefined;
		this.#taken = true;
		return new PictureFrame(this.#names[this.#next], this.#timestamp);
	}

	get(control: string): number | undefined {
		return control === "framesize" ? FRAME_SIZE.code : undefined;
	}

	/** Refuses every control, since the pictures are fixed. */
	set(): boolean {
		return false;
	}

	change(): void {
		this.#onResult(-1);
	}

	command(): void {
		this.#onResult(-1);
	}

	abandon(): boolean {
		return false;
	}

	close(): void {
		this.stop();
	}

	private capture(): void {
		this.#next = (this.#next + 1) % this.#names.length;
		this.#timestamp = this.now;
		this.#taken = false;
		this.#onReadable();
	}
}
