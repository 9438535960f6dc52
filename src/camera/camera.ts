import type { CameraDriver, CameraIO, DriverOptions } from "./driver.ts";
import { Frame } from "./frame.ts";
import { FrameIterator } from "./frame-iterator.ts";
import { type FrameSizeName, frameSize } from "./frame-sizes.ts";
import type { FrameSink, FrameSource } from "./source.ts";

/** GPIO numbers, in the terms of CircuitPython's `esp32_camera`. */
export interface CameraPins {
	/** D0 to D7: the sensor's Y2 to Y9. */
	readonly data: readonly number[];
	/** PCLK. */
	readonly pixelClock: number;
	readonly vsync: number;
	readonly href: number;
	/** XCLK; absent where the module has its own oscillator. */
	readonly externalClock?: number;
	readonly powerDown?: number;
	readonly reset?: number;
}

/** The sensor's configuration bus, SCCB, which is I2C by another name. */
export interface CameraBus {
	readonly data: number;
	readonly clock: number;
	/** I2C controller, 1 unless told. */
	readonly port?: number;
}

export interface CameraOptions {
	/** The driver: on the board and in the simulator Espressif's, over `hosts/esp32s3`. */
	readonly io: CameraIO;
	readonly pins?: CameraPins;
	readonly i2c?: CameraBus;
	/** Hz; 20 MHz unless told. Some boards' Wi-Fi suffers from 10 or 20 MHz; 8 and 16 MHz are harmless. */
	readonly xclkFrequency?: number;
	/** The one there is. */
	readonly pixelFormat?: "jpeg";
	/** QVGA unless told. */
	readonly frameSize?: FrameSizeName;
	/** JPEG quality, 0–63, lower is better; 12 unless told. */
	readonly quality?: number;
	/** 3 unless told: one fills, one waits, one is read. */
	readonly frameBufferCount?: number;
	/** The sensor gives no frames. Capture is tried on regardless. */
	onError?(message: string): void;
}

interface Taker {
	readonly after: number;
	resolve(frame: Frame): void;
	reject(error: Error): void;
}

/**
 * A camera. It captures while somebody wants frames, and rests otherwise.
 *
 * @example
 * const camera = new Camera({ ...device.camera, frameSize: "QVGA" });
 * const frame = await camera.take();
 * trace(`${frame.byteLength} bytes\n`);
 * frame.release();
 */
export class Camera implements FrameSource {
	#driver: CameraDriver;
	#sinks: FrameSink[] = [];
	#takers: Taker[] = [];
	#last: Frame | undefined;
	#captured = 0;
	#onError: ((message: string) => void) | undefined;

	/** Throws a RangeError for an option out of range, and the driver's Error where the camera does not start. */
	constructor(options: CameraOptions) {
		this.#onError = options.onError;
		this.#driver = new options.io(driverOptions(options, {
			onReadable: () => this.#readable(),
			onError: message => this.#failed(message),
		}));
	}

	/** The sensor's name, "OV2640". */
	get sensor(): string {
		return this.#driver.sensor;
	}

	/** Frames captured since the start. */
	get captured(): number {
		return this.#captured;
	}

	/** The value of one of the sensor's controls, by its name in `camera_status_t`. */
	get(control: string): number | undefined {
		return this.#driver.get(control);
	}

	/**
	 * One fresh frame: its capture began after this call. The caller releases it.
	 * Rejects when the sensor gives no frames, and when the camera is closed meanwhile.
	 */
	take(): Promise<Frame> {
		return new Promise((resolve, reject) => {
			this.#takers.push({ after: this.#driver.now, resolve, reject });
			this.#start();
		});
	}

	/**
	 * Frames as they come, the newest whenever the loop is ready for one. Each is the loop's until it
	 * asks for the next; to keep one longer, retain it.
	 *
	 * @example
	 * for await (const frame of camera.frames())
	 *     await save(frame);
	 */
	frames(): AsyncIterableIterator<Frame> {
		return new FrameIterator(this);
	}

	watch(sink: FrameSink): void {
		this.#sinks.push(sink);
		this.#start();
	}

	unwatch(sink: FrameSink): void {
		const index = this.#sinks.indexOf(sink);
		if (index >= 0)
			this.#sinks.splice(index, 1);
		this.#rest();
	}

	/** Ends capture. Iterations end, and those who wait in `take` are told. */
	close(): void {
		const sinks = this.#sinks;
		this.#sinks = [];
		for (const sink of sinks)
			sink.onEnd();
		this.#refuse("the camera was closed");
		this.#last = undefined;
		this.#driver.close();
	}

	#start(): void {
		this.#driver.start();
	}

	#rest(): void {
		if (this.#sinks.length || this.#takers.length)
			return;
		this.#driver.stop();
		this.#last = undefined;
	}

	#readable(): void {
		const driverFrame = this.#driver.read();
		if (!driverFrame)
			return;
		const frame = new Frame(driverFrame);
		this.#captured++;
		for (const sink of this.#sinks.slice())
			sink.onFrame(frame);
		if (this.#takers.length)
			this.#serveTakers(frame);
		this.#last?.supersede();
		this.#last = frame;
		frame.release();
		this.#rest();
	}

	#serveTakers(frame: Frame): void {
		const waiting = this.#takers;
		this.#takers = waiting.filter(taker => frame.timestamp < taker.after);
		for (const taker of waiting) {
			if (frame.timestamp >= taker.after)
				taker.resolve(frame.retain());
		}
	}

	#failed(message: string): void {
		this.#refuse(message);
		this.#onError?.(message);
		this.#rest();
	}

	#refuse(message: string): void {
		const takers = this.#takers;
		this.#takers = [];
		for (const taker of takers)
			taker.reject(new Error(message));
	}
}

function driverOptions(options: CameraOptions, callbacks: Pick<DriverOptions, "onReadable" | "onError">): DriverOptions {
	const { pins, i2c, frameSize: name = "QVGA", quality = 12, frameBufferCount = 3, pixelFormat = "jpeg" } = options;
	const size = frameSize(name);
	if (!size)
		throw new RangeError(`no frame size "${name}"`);
	if (pixelFormat !== "jpeg")
		throw new RangeError(`pixel format "${pixelFormat}": only "jpeg" can be streamed`);
	if (!Number.isInteger(quality) || quality < 0 || quality > 63)
		throw new RangeError(`quality ${quality} is not 0 to 63`);
	if (!Number.isInteger(frameBufferCount) || frameBufferCount < 1)
		throw new RangeError(`${frameBufferCount} frame buffers`);
	if (pins && pins.data.length !== 8)
		throw new RangeError(`${pins.data.length} data pins instead of 8`);
	const [d0, d1, d2, d3, d4, d5, d6, d7] = pins?.data ?? [];
	return {
		d0, d1, d2, d3, d4, d5, d6, d7,
		pclk: pins?.pixelClock,
		vsync: pins?.vsync,
		href: pins?.href,
		xclk: pins?.externalClock,
		pwdn: pins?.powerDown,
		reset: pins?.reset,
		sda: i2c?.data,
		scl: i2c?.clock,
		i2cPort: i2c?.port,
		xclkFrequency: options.xclkFrequency,
		frameSize: size.code,
		quality,
		frameBufferCount,
		...callbacks,
	};
}
