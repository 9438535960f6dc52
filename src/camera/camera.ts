import type { CameraDriver, CameraIO, DriverOptions, GrabMode } from "./driver.ts";
import { Frame } from "./frame.ts";
import { FrameIterator } from "./frame-iterator.ts";
import { type FrameSize, type FrameSizeName, frameSize } from "./frame-sizes.ts";
import { FrameRateLimiter } from "./frame-rate-limiter.ts";
import { Rate } from "./rate.ts";
import type { FrameSink, FrameSource } from "./source.ts";

/** GPIO numbers, named as in CircuitPython's `esp32_camera`. */
export interface CameraPins {
	/** D0 to D7: the sensor's Y2 to Y9. */
	readonly data: readonly number[];
	/** PCLK. */
	readonly pixelClock: number;
	readonly vsync: number;
	readonly href: number;
	/** XCLK. Absent if the module has its own oscillator. */
	readonly externalClock?: number;
	readonly powerDown?: number;
	readonly reset?: number;
}

/** The sensor's configuration bus, SCCB, which is another name for I2C. */
export interface CameraBus {
	readonly data: number;
	readonly clock: number;
	/** I2C controller. Default: 1. */
	readonly port?: number;
}

export interface CameraOptions {
	/** The driver. The board and the simulator use Espressif's, bound in `hosts/common`. */
	readonly io: CameraIO;
	readonly pins?: CameraPins;
	readonly i2c?: CameraBus;
	/** Hz. Default: 20 MHz. On some boards 10 and 20 MHz disturb Wi-Fi; 8 and 16 MHz do not. */
	readonly xclkFrequency?: number;
	/** Default, and the only format: "jpeg". */
	readonly pixelFormat?: "jpeg";
	/** Default: "QVGA". */
	readonly frameSize?: FrameSizeName;
	/**
	 * The largest size that can be set later; the frame buffers are made for it. Default: as large as the sensor and
	 * the memory allow.
	 */
	readonly maxFrameSize?: FrameSizeName;
	/** JPEG quality, 0–63, lower is better. Default: 12. */
	readonly quality?: number;
	/** Default: 3. One fills, one waits, one is read. */
	readonly frameBufferCount?: number;
	/** Default: "latest". */
	readonly grabMode?: GrabMode;
	/** Receives the reason if there are no good frames. Capture continues, and the driver restarts after a while. */
	onError?(message: string): void;
	/** The driver was restarted because there were no good frames. */
	onRestart?(): void;
}

/** What a sensor reports about itself. */
export interface Sensor {
	/** "OV2640" */
	readonly name: string;
	readonly pid: number;
	/** Undefined if this project has no name for the size. */
	readonly maxFrameSize: FrameSizeName | undefined;
	readonly jpeg: boolean;
}

const FRAME_RATE = "frame_rate";
const NONE: readonly Frame[] = Object.freeze([]);
/** One fills, one waits, one is read. */
const FRAME_BUFFERS = 3;

/** A client that asks for a frame and may disconnect before it comes, such as a `Request`. */
export interface Cancellable {
	onClose(hook: () => void): void;
	/** Ends what the frame was for, if that is not over. */
	abort?(): void;
}

/** A frame that was handed out, and the client that asked for it. */
interface PendingFrame {
	readonly frame: Frame;
	readonly client: Cancellable;
}

interface PendingCapture {
	readonly after: number;
	readonly client: Cancellable | undefined;
	resolve(frame: Frame): void;
	reject(error: Error): void;
}

/**
 * A camera. It captures while something wants frames, and is idle otherwise.
 *
 * @example
 * const camera = new Camera({ ...device.camera, frameSize: "QVGA" });
 * const frame = await camera.capture();
 * trace(`${frame.byteLength} bytes\n`);
 * frame.release();
 */
export class Camera implements FrameSource {
	#driver: CameraDriver;
	/** Replaced on every change, so the loop for each frame needs no copy. */
	#sinks: readonly FrameSink[] = [];
	#captures: PendingCapture[] = [];
	/** Frames that were handed out to clients and may still be in use. */
	#pendingFrames: PendingFrame[] = [];
	/**
	 * Superseded frames that keep one of the driver's buffers because there is no memory for a copy; the oldest first.
	 */
	#stuck: readonly Frame[] = NONE;
	/** How many of them leave the driver enough buffers: it fills one, and the newest frame is in another. */
	readonly #maxStuck: number;
	#last: Frame | undefined;
	#captured = 0;
	#rate = new Rate();
	#rateLimiter = new FrameRateLimiter(0);
	#size: Pick<Frame, "width" | "height"> | undefined;
	#arrived = 0;
	/** Why there are no frames, while the camera captures. */
	#fault: string | undefined;
	#onError: ((message: string) => void) | undefined;

	/** The sensor that was found. */
	readonly sensor: Sensor;
	/** Hz, as given when the camera was opened. `get("xclk")` returns the current value, in MHz. */
	readonly xclkFrequency: number;

	/** Throws a RangeError if an option is out of range, and the driver's Error if the camera does not start. */
	constructor(options: CameraOptions) {
		this.#onError = options.onError;
		this.xclkFrequency = options.xclkFrequency ?? 20_000_000;
		this.#maxStuck = Math.max(0, (options.frameBufferCount ?? FRAME_BUFFERS) - 2);
		this.#driver = new options.io(
			driverOptions(options, {
				onReadable: () => this.readable(),
				onError: (message) => this.failed(message),
				onRestart: () => options.onRestart?.(),
			}),
		);
		const { name, pid, maxFrameSize, jpeg } = this.#driver.sensor;
		this.sensor = { name, pid, maxFrameSize: frameSize(maxFrameSize)?.name, jpeg };
	}

	/** Frames captured since the start. */
	get captured(): number {
		return this.#captured;
	}

	/** Frames captured per second, over the last few seconds. */
	get rate(): number {
		return this.#rate.perSecond(this.now);
	}

	/** The clock of the frames' timestamps, in microseconds since boot. */
	get now(): number {
		return this.#driver.now;
	}

	/**
	 * When the last frame came from the driver, by the same clock; 0 before the first. Any wait after that is not the
	 * camera's delay.
	 */
	get arrived(): number {
		return this.#arrived;
	}

	/** Size of the last frame in pixels; undefined before the first. */
	get size(): Pick<Frame, "width" | "height"> | undefined {
		return this.#size;
	}

	/** Why there are no frames, while something waits for them. */
	get fault(): string | undefined {
		return this.#fault;
	}

	/** Number of frames that the sensor did not send completely. */
	get dropped(): number {
		return this.#driver.dropped;
	}

	/**
	 * Returns the value of one of the sensor's controls, by its name in `camera_status_t`, or of the camera's own
	 * `frame_rate`: the limit in frames per second, 0 for as many as the sensor gives. See CameraDriver for the other
	 * names and for controls that take several values. Throws while the driver restarts.
	 */
	get(control: string, ...values: number[]): number | undefined {
		return control === FRAME_RATE ? this.#rateLimiter.rate : this.#driver.get(control, ...values);
	}

	/**
	 * Sets a control. Returns false if the sensor does not have it or refuses the value. Throws while the driver
	 * restarts.
	 */
	set(control: string, ...values: number[]): boolean {
		if (control !== FRAME_RATE) return this.#driver.set(control, ...values);
		this.#rateLimiter = new FrameRateLimiter(values[0]);
		return true;
	}

	/**
	 * Captures one fresh frame: its capture begins after this call. The caller releases it.
	 *
	 * Rejects with an Error if the sensor gives no frames, if the camera is closed, and if `client` closes first:
	 * otherwise peers that ask and disconnect, many within the time of one frame, could fill the heap with pending
	 * captures.
	 */
	capture(client?: Cancellable): Promise<Frame> {
		// A known fault rejects at once, instead of after the wait for its next report.
		if (this.#fault !== undefined) return Promise.reject(new Error(this.#fault));
		return new Promise((resolve, reject) => {
			const capture = { after: this.#driver.now, client, resolve, reject };
			this.#captures.push(capture);
			this.start();
			client?.onClose(() => this.forget(capture));
		});
	}

	/**
	 * Iterates over frames as they come; each step yields the newest. A frame belongs to the loop until it asks for
	 * the next; retain it to keep it longer. Throws if the sensor gives no frames, as `capture` rejects: a generator
	 * that kept waiting could not be ended when its viewer disconnects.
	 * @example
	 * for await (const frame of camera.frames())
	 *     await save(frame);
	 */
	frames(): AsyncIterableIterator<Frame> {
		return new FrameIterator(this);
	}

	/** Implements FrameSource.watch. If there is a fault, `onFault` is called at once. */
	watch(sink: FrameSink): void {
		this.#sinks = this.#sinks.concat(sink);
		this.start();
		if (this.#fault !== undefined) sink.onFault?.(this.#fault);
	}

	/** Implements FrameSource.unwatch. Without other users of frames, capture stops. */
	unwatch(sink: FrameSink): void {
		this.#sinks = this.#sinks.filter((other) => other !== sink);
		this.rest();
	}

	/** Ends capture and closes the driver. Iterations end, and pending calls of `capture` reject. */
	close(): void {
		const sinks = this.#sinks;
		this.#sinks = [];
		sinks.forEach((sink) => sink.onEnd());
		this.refuse("the camera was closed");
		this.#last = undefined;
		this.#driver.close();
	}

	private start(): void {
		this.#driver.start();
	}

	private rest(): void {
		if (this.#sinks.length || this.#captures.length) return;
		this.#driver.stop();
		this.#last = undefined;
		this.#stuck = NONE;
		this.#pendingFrames = [];
		this.#fault = undefined;
	}

	private readable(): void {
		const driverFrame = this.#driver.read();
		if (!driverFrame) return;
		if (!this.#rateLimiter.accepts(driverFrame.timestamp) && !this.#captures.length) {
			driverFrame.close();
			return;
		}
		const frame = new Frame(driverFrame);
		this.#captured++;
		this.#rate.count(frame.timestamp);
		this.#arrived = this.now;
		if (this.#size?.width !== frame.width || this.#size.height !== frame.height)
			this.#size = { width: frame.width, height: frame.height };
		this.#fault = undefined;
		let awaited = false;
		// No for-of: it takes sixteen heap slots for each frame.
		const sinks = this.#sinks;
		for (let i = 0; i < sinks.length; i++) awaited = sinks[i].onFrame(frame) || awaited;
		if (this.#pendingFrames.length) this.#pendingFrames = this.#pendingFrames.filter(isHeld);
		if (this.#captures.length) this.serveCaptures(frame);
		this.supersede(this.#last, awaited);
		this.#last = frame;
		frame.release();
		this.rest();
	}

	/**
	 * A loop that shows each frame keeps the last until it has the next. It runs first, or each frame would be copied.
	 */
	private supersede(last: Frame | undefined, awaited: boolean): void {
		// There may be memory for copies by now.
		if (this.#stuck.length) this.#stuck = this.#stuck.filter(isStuck);
		if (!last?.held) return;
		if (awaited) void Promise.resolve().then(() => this.moveOut(last));
		else this.moveOut(last);
	}

	/** Frees the driver's buffer. If there is no memory for copies, the oldest holders must release their frames. */
	private moveOut(frame: Frame): void {
		if (frame.supersede()) return;
		const stuck = (this.#stuck = this.#stuck.concat(frame));
		for (let i = 0; i < stuck.length - this.#maxStuck; i++) this.need(stuck[i]);
	}

	private need(frame: Frame): void {
		this.#sinks.forEach((sink) => sink.onNeeded?.(frame));
		this.#pendingFrames.forEach((taken) => {
			if (taken.frame === frame) taken.client.abort?.();
		});
	}

	private serveCaptures(frame: Frame): void {
		const waiting = this.#captures;
		this.#captures = waiting.filter(({ after }) => frame.timestamp < after);
		waiting.forEach(({ after, client, resolve }) => {
			if (frame.timestamp < after) return;
			if (client) this.#pendingFrames.push({ frame, client });
			resolve(frame.retain());
		});
	}

	private forget(taker: PendingCapture): void {
		const index = this.#captures.indexOf(taker);
		if (index < 0) return;
		this.#captures.splice(index, 1);
		taker.reject(new Error("the client disconnected before the frame came"));
		this.rest();
	}

	private failed(message: string): void {
		this.#fault = message;
		this.refuse(message);
		this.#sinks.forEach((sink) => sink.onFault?.(message));
		this.#onError?.(message);
		this.rest();
	}

	private refuse(message: string): void {
		const takers = this.#captures;
		this.#captures = [];
		takers.forEach((taker) => taker.reject(new Error(message)));
	}
}

function isStuck(frame: Frame): boolean {
	return !frame.supersede();
}

function isHeld({ frame }: PendingFrame): boolean {
	return frame.held;
}

function driverOptions(
	options: CameraOptions,
	callbacks: Pick<DriverOptions, "onReadable" | "onError" | "onRestart">,
): DriverOptions {
	const {
		pins,
		i2c,
		frameSize: name = "QVGA",
		maxFrameSize: maxName,
		quality = 12,
		frameBufferCount = FRAME_BUFFERS,
		grabMode = "latest",
		pixelFormat = "jpeg",
	} = options;
	const size = namedSize(name);
	const maxSize = maxName === undefined ? undefined : namedSize(maxName);
	if (maxSize && maxSize.width * maxSize.height < size.width * size.height)
		throw new RangeError(`frame size ${name} does not fit in buffers for ${maxName}`);
	if (grabMode !== "latest" && grabMode !== "whenEmpty")
		throw new RangeError(`grab mode "${grabMode}" is not "latest" or "whenEmpty"`);
	if (pixelFormat !== "jpeg") throw new RangeError(`pixel format "${pixelFormat}": only "jpeg" can be streamed`);
	if (!Number.isInteger(quality) || quality < 0 || quality > 63)
		throw new RangeError(`quality ${quality} is not 0 to 63`);
	if (!Number.isInteger(frameBufferCount) || frameBufferCount < 1)
		throw new RangeError(`frame buffer count ${frameBufferCount} is not 1 or more`);
	if (pins && pins.data.length !== 8) throw new RangeError(`${pins.data.length} data pins instead of 8`);
	const data = pins?.data ?? [];
	return {
		d0: data[0],
		d1: data[1],
		d2: data[2],
		d3: data[3],
		d4: data[4],
		d5: data[5],
		d6: data[6],
		d7: data[7],
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
		maxFrameSize: maxSize?.code,
		quality,
		frameBufferCount,
		grabMode,
		...callbacks,
	};
}

function namedSize(name: FrameSizeName): FrameSize {
	const size = frameSize(name);
	if (!size) throw new RangeError(`unknown frame size "${name}"`);
	return size;
}
