import type { DriverFrame } from "./driver.ts";

/**
 * One JPEG in the driver's memory. It has one user when it is made; whoever keeps it longer than the
 * call that handed it over retains it, and releases it once when done. With its last user gone the
 * memory is the driver's again, and views of it are empty.
 */
export class Frame {
	/** The JPEG, as what can be written to a socket; only `byteLength` and views of it may be used. */
	readonly buffer: ArrayBuffer;
	/** Bytes. */
	readonly byteLength: number;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** Microseconds since boot when its capture began. */
	readonly timestamp: number;
	#driverFrame: DriverFrame;
	#users = 1;

	/** @param buffer Where the JPEG is, unless the driver's frame is a buffer itself. */
	constructor(driverFrame: DriverFrame, buffer?: ArrayBuffer) {
		this.#driverFrame = driverFrame;
		// XS takes a host buffer wherever it takes an ArrayBuffer; TypeScript cannot know.
		this.buffer = buffer ?? (driverFrame as unknown as ArrayBuffer);
		this.byteLength = driverFrame.byteLength;
		this.width = driverFrame.width;
		this.height = driverFrame.height;
		this.timestamp = driverFrame.timestamp;
	}

	retain(): this {
		if (!this.#users) throw new Error("the frame has been returned to the camera");
		this.#users++;
		return this;
	}

	release(): void {
		if (!this.#users) throw new Error("the frame has been released more often than retained");
		if (!--this.#users) this.#driverFrame.close();
	}

	/** Bytes of the machine's heap that it takes: 0 in a driver's memory. */
	get heapBytes(): number {
		return this.buffer instanceof ArrayBuffer ? this.byteLength : 0;
	}

	/** Whether somebody uses it. */
	get held(): boolean {
		return this.#users > 0;
	}

	/**
	 * The driver was restarted, and there was no memory for a copy of what it had: the buffer is empty, and
	 * `byteLength` says what it was.
	 */
	get lost(): boolean {
		return this.buffer.byteLength !== this.byteLength;
	}

	/**
	 * There is a newer frame. A user that still reads this one is slow, and goes on with a copy: with
	 * the three buffers there are, capture would otherwise wait for the slowest reader. False where there is no memory for
	 * a copy, and somebody keeps the driver's buffer.
	 */
	supersede(): boolean {
		return this.#users === 0 || this.#driverFrame.detach();
	}
}
