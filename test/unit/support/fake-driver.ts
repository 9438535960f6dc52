import type { CameraDriver, DriverFrame, DriverOptions, SensorInfo } from "yieldcam/camera/driver";

/** The number of a fake frame is its last byte. The first two are a JPEG's. */
function picture(number: number, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	bytes[0] = 0xff;
	bytes[1] = 0xd8;
	bytes[length - 1] = number;
	return bytes;
}

/**
 * A camera driver in memory, with as few buffers as the real one: a frame that finds none free is lost. Its frames are
 * ArrayBuffers with the methods of a driver's frame on top.
 */
export class FakeDriver implements CameraDriver {
	static last: FakeDriver;
	readonly options: DriverOptions;
	readonly sensor: SensorInfo = { name: "FAKE", pid: 0xfa, maxFrameSize: 15, jpeg: true };
	dropped = 0;
	now = 0;
	running = false;
	closed = false;
	/** Buffers that the script holds. */
	lent = 0;
	/** Copies made for slow readers. */
	copies = 0;
	lost = 0;
	/** Whether there is no memory for copies. */
	outOfMemory = false;
	frameLength = 100;
	#unread: DriverFrame | undefined;
	#number = 0;
	#controls = new Map<string, number>();

	constructor(options: DriverOptions) {
		this.options = options;
		FakeDriver.last = this;
	}

	start(): void {
		this.running = true;
	}

	stop(): void {
		this.running = false;
		this.#unread?.close();
		this.#unread = undefined;
	}

	read(): DriverFrame | undefined {
		const frame = this.#unread;
		this.#unread = undefined;
		return frame;
	}

	get(control: string): number | undefined {
		return this.#controls.get(control);
	}

	set(control: string, ...values: number[]): boolean {
		this.#controls.set(control, values[0]);
		return true;
	}

	/** Has its result at once. */
	change(...changes: (string | number)[]): void {
		for (let i = 0; i < changes.length; i += 2) this.set(changes[i] as string, changes[i + 1] as number);
		this.options.onResult(0);
	}

	command(name: string, ...values: number[]): void {
		this.set(name, ...values);
		this.options.onResult(0);
	}

	abandon(): boolean {
		return false;
	}

	close(): void {
		this.closed = true;
	}

	/** The sensor finishes a frame whose capture began at `timestamp`. */
	capture(timestamp = this.now): void {
		this.now = Math.max(this.now, timestamp);
		if (!this.running) return;
		if (this.lent >= this.options.frameBufferCount) {
			this.lost++;
			return;
		}
		this.#unread?.close();
		this.#unread = this.#frame(timestamp);
		this.options.onReadable();
	}

	#frame(timestamp: number): DriverFrame {
		const buffer = picture(++this.#number, this.frameLength).buffer;
		let held = true;
		let open = true;
		this.lent++;
		const giveBack = () => {
			if (held) this.lent--;
			held = false;
		};
		return Object.assign(buffer, {
			width: 320,
			height: 240,
			timestamp,
			close: () => {
				if (open) giveBack();
				open = false;
			},
			detach: () => {
				if (this.outOfMemory) return false;
				if (open && held) {
					this.copies++;
					giveBack();
				}
				return true;
			},
		});
	}
}

/** The number of a fake frame, from its bytes. */
export function frameNumber(buffer: ArrayBuffer): number {
	return new Uint8Array(buffer)[buffer.byteLength - 1];
}
