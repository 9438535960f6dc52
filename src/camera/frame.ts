import type { Clock } from "../time/clock.ts";
import type { DriverFrame } from "./driver.ts";

/**
 * One JPEG in the driver's memory. It starts with one user. Code that keeps a frame longer than the call that
 * passed it retains it, and releases it once when done. After the last release the memory belongs to the driver
 * again, and views of it are empty.
 */
export class Frame {
	/** The JPEG, which can be written to a socket. Only `byteLength` and views of it may be used. */
	readonly buffer: ArrayBuffer;
	/** Bytes. */
	readonly byteLength: number;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** When its capture began, in microseconds since boot. */
	readonly timestamp: number;
	/** The same in microseconds since 1970 (UTC); undefined if the device does not know the time. */
	readonly time: number | undefined;
	#driverFrame: DriverFrame;
	#users = 1;

	/**
	 * @param buffer Where the JPEG is, if the driver's frame is not a buffer itself.
	 * @param clock What knows the time. Default: nothing.
	 */
	constructor(driverFrame: DriverFrame, buffer?: ArrayBuffer, clock?: Clock) {
		this.#driverFrame = driverFrame;
		// XS takes a host buffer wherever it takes an ArrayBuffer; TypeScript cannot know.
		this.buffer = buffer ?? (driverFrame as unknown as ArrayBuffer);
		this.byteLength = driverFrame.byteLength;
		this.width = driverFrame.width;
		this.height = driverFrame.height;
		this.timestamp = driverFrame.timestamp;
		this.time = clock?.timeAt(driverFrame.timestamp);
	}

	/** Adds a user; each one calls `release` once. Throws an Error if the frame was already returned to the camera. */
	retain(): this {
		if (!this.#users) throw new Error("the frame has been returned to the camera");
		this.#users++;
		return this;
	}

	/**
	 * Removes a user; the last one returns the memory to the driver. Throws an Error if the frame was released more
	 * often than retained.
	 */
	release(): void {
		if (!this.#users) throw new Error("the frame has been released more often than retained");
		if (!--this.#users) this.#driverFrame.close();
	}

	/** Bytes of the script's heap that the frame takes; 0 if it is in a driver's memory. */
	get heapBytes(): number {
		return this.buffer instanceof ArrayBuffer ? this.byteLength : 0;
	}

	/** Reports whether the frame has users. */
	get held(): boolean {
		return this.#users > 0;
	}

	/**
	 * Reports whether the frame's data is gone, because the driver was restarted and there was no memory for a copy.
	 * The buffer is then empty; `byteLength` keeps the original value.
	 */
	get lost(): boolean {
		return this.buffer.byteLength !== this.byteLength;
	}

	/**
	 * Handles the arrival of a newer frame. A user that still reads this one is slow and continues with a copy:
	 * with three buffers, capture would otherwise wait for the slowest reader. Returns false if there is no memory for
	 * a copy, so that the driver's buffer stays in use.
	 */
	supersede(): boolean {
		return this.#users === 0 || this.#driverFrame.detach();
	}
}
