import { Camera } from "yieldcam/camera/camera";
import type { CameraDriver, DriverFrame, DriverOptions, SensorInfo } from "yieldcam/camera/driver";
import type { FrameDimensions } from "yieldcam/camera/still-frame";

const SENSOR: SensorInfo = Object.freeze({ name: "TEST", pid: 0, maxFrameSize: 15, jpeg: true });

/** A JPEG's first and last bytes, for tests that do not look at the picture. */
const SMALLEST = Object.freeze([0xff, 0xd8, 0xff, 0xd9]);

const QVGA: FrameDimensions = Object.freeze({ width: 320, height: 240 });

/**
 * A camera without a sensor, for the tests of a program's routes. Its frames are what the test shows.
 *
 * @example
 * const camera = new TestCamera();
 * const app = new App(camera);
 * const answer = app.handle(request("GET", "/capture"));
 * camera.show();
 * const { status } = await answer;
 */
export class TestCamera extends Camera {
	readonly #driver: TestDriver;

	constructor() {
		let driver!: TestDriver;
		super({
			io: class extends TestDriver {
				constructor(options: DriverOptions) {
					super(options);
					driver = this;
				}
			},
		});
		this.#driver = driver;
	}

	/** Captures a picture, if anything wants frames now. */
	show(jpeg: Uint8Array = Uint8Array.from(SMALLEST), { width, height } = QVGA): void {
		this.#driver.capture(jpeg, width, height);
	}
}

class TestDriver implements CameraDriver {
	readonly sensor = SENSOR;
	readonly dropped = 0;
	now = 0;
	readonly #options: DriverOptions;
	readonly #controls = new Map<string, number>();
	#running = false;
	#unread: DriverFrame | undefined;

	constructor(options: DriverOptions) {
		this.#options = options;
		this.#controls.set("framesize", options.frameSize).set("quality", options.quality);
	}

	start(): void {
		this.#running = true;
	}

	stop(): void {
		this.#running = false;
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

	set(control: string, value: number): boolean {
		this.#controls.set(control, value);
		return true;
	}

	change(...changes: (string | number)[]): void {
		for (let i = 0; i < changes.length; i += 2) this.set(changes[i] as string, changes[i + 1] as number);
		this.#options.onResult(0);
	}

	/** Has no registers. */
	command(): void {
		this.#options.onResult(-1);
	}

	abandon(): boolean {
		return false;
	}

	capture(jpeg: Uint8Array, width: number, height: number): void {
		// A frame counts only if it began after it was wanted.
		this.now += 1_000;
		if (!this.#running) return;
		const buffer = jpeg.slice().buffer,
			timestamp = this.now;
		this.#unread = Object.assign(buffer, { width, height, timestamp, close() {}, detach: () => true });
		this.#options.onReadable();
	}

	close(): void {
		this.stop();
	}
}
