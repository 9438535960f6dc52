import { Clock } from "../time/clock.ts";
import { AbortError } from "./abort-error.ts";
import { type CameraOptions, driverOptions, FRAME_BUFFERS } from "./camera-options.ts";
import type { CameraDriver } from "./driver.ts";
import { Frame } from "./frame.ts";
import { FrameIterator } from "./frame-iterator.ts";
import { type FrameSizeName, frameSize } from "./frame-sizes.ts";
import { FrameRateLimiter } from "./frame-rate-limiter.ts";
import { Rate } from "./rate.ts";
import { SensorBus } from "./sensor-bus.ts";
import type { FrameSink, FrameSource } from "./source.ts";

/** What a sensor reports about itself. */
export interface Sensor {
	/** "OV2640" */
	readonly name: string;
	readonly pid: number;
	/** Undefined if this project has no name for the size. */
	readonly maxFrameSize: FrameSizeName | undefined;
	readonly jpeg: boolean;
}

// The camera's own controls.
const FRAME_RATE = "frame_rate";
const ROTATION = "rotation";
const NONE: readonly Frame[] = Object.freeze([]);

/** A control, by its name in `camera_status_t`, and its new value. */
export type Change = readonly [control: string, value: number];

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
	#bus: SensorBus;
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
	#turns = 0;
	#size: Pick<Frame, "width" | "height"> | undefined;
	#arrived = 0;
	/** Why there are no frames, while the camera captures. */
	#fault: string | undefined;
	/** When the last disturbance ended, by the frames' clock; undefined once a frame has begun since. */
	#disturbed: number | undefined;
	#onError: ((message: string) => void) | undefined;

	/** The sensor that was found. */
	readonly sensor: Sensor;
	/** The time of day. */
	readonly clock: Clock;
	/** Hz, as given when the camera was opened. `get("xclk")` returns the current value, in MHz. */
	readonly xclkFrequency: number;

	/** Throws a RangeError if an option is out of range, and the driver's Error if the camera does not start. */
	constructor(options: CameraOptions) {
		this.#onError = options.onError;
		this.clock = options.clock ?? new Clock();
		this.xclkFrequency = options.xclkFrequency ?? 20_000_000;
		this.#maxStuck = Math.max(0, (options.frameBufferCount ?? FRAME_BUFFERS) - 2);
		this.#driver = new options.io(
			driverOptions(options, {
				onReadable: () => this.readable(),
				onError: (message) => this.failed(message),
				onRestart: () => options.onRestart?.(),
				onResult: (result) => this.#bus.finish(result),
			}),
		);
		this.#bus = new SensorBus(this.#driver);
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

	/** As `rate`, but 0 if frames have been captured for too short a time to tell, or with a pause. */
	get steadyRate(): number {
		return this.#rate.steady(this.now);
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

	/** Whether frames are captured, and none has come since the last call of `disturb`. */
	get disturbed(): boolean {
		return this.#disturbed !== undefined;
	}

	/**
	 * Tells that something has kept the processor from the frame that is being captured, such as a write to the flash, which
	 * stops both cores: frames that began before now are not passed on.
	 */
	disturb(): void {
		if (this.#sinks.length || this.#captures.length) this.#disturbed = this.now;
	}

	/** Number of frames that the sensor did not send completely. */
	get dropped(): number {
		return this.#driver.dropped;
	}

	/**
	 * Returns the value of one of the sensor's controls, by its name in `camera_status_t`, or of the camera's own:
	 * `frame_rate`, the limit in frames per second, 0 for as many as the sensor gives; and `rotation`, how many quarter turns
	 * clockwise make the picture upright. That changes no frame, but `annotated` writes it into one. See CameraDriver for the
	 * other names and for controls that take several values. Throws while the driver restarts.
	 */
	get(control: string): number | undefined {
		if (control === FRAME_RATE) return this.#rateLimiter.rate;
		return control === ROTATION ? this.#turns : this.#driver.get(control);
	}

	/**
	 * Sets a control. Returns false if the sensor does not have it or refuses the value. Throws while the driver
	 * restarts, and if the sensor's bus is stuck or in use. A frame size takes a tenth of a second, in which the device
	 * does nothing else: use `Controls.apply` once it serves requests.
	 */
	set(control: string, ...values: number[]): boolean {
		return this.setOwn(control, values[0]) || this.#driver.set(control, ...values);
	}

	/** Whether the sensor's bus is in use: a change that comes now waits. */
	get changing(): boolean {
		return this.#bus.busy;
	}

	/**
	 * Sets controls, all of them or none, while the device goes on: the sensor's bus takes a tenth of a second for a frame
	 * size. Changes wait for each other.
	 *
	 * @param plan Returns the changes when their turn comes. What it throws is passed to `done`.
	 * @param done Called once: with the error if nothing was changed; with the control whose value the sensor refused; or
	 * with neither. The next change begins after that. It must not throw.
	 */
	change(plan: () => readonly Change[], done: (error?: Error, refused?: string) => void): void {
		let ofSensor: readonly Change[], changes: readonly Change[];
		this.#bus.add({
			begin: () => {
				changes = plan();
				ofSensor = changes.filter(([control]) => control !== FRAME_RATE && control !== ROTATION);
				if (ofSensor.length) this.#driver.change(...ofSensor.flat());
				return ofSensor.length > 0;
			},
			done: (result, error) => {
				if (error) return done(error);
				if (result < 0) return done(undefined, ofSensor[-1 - result][0]);
				changes.forEach(([control, value]) => this.setOwn(control, value));
				done();
			},
		});
	}

	/**
	 * Has the sensor execute a command: see CameraDriver. Calls `done` once: with the error of `set`; with what the command
	 * returns; or with neither if the sensor refuses it. It must not throw.
	 */
	command(name: string, values: readonly number[], done: (error?: Error, result?: number) => void): void {
		this.#bus.add({
			begin: () => {
				this.#driver.command(name, ...values);
				return true;
			},
			done: (result, error) => done(error, result < 0 ? undefined : result),
		});
	}

	/**
	 * Captures one fresh frame: its capture begins after this call. The caller releases it.
	 *
	 * Rejects with an Error if the sensor gives no frames, if the camera is closed, and, with an AbortError, if `client` closes first:
	 * otherwise peers that ask and disconnect, many within the time of one frame, could fill the heap with pending
	 * captures.
	 */
	capture(client?: Cancellable): Promise<Frame> {
		// A known fault rejects at once, instead of after the wait for its next report.
		if (this.#fault !== undefined) return Promise.reject(new Error(this.#fault));
		return new Promise((resolve, reject) => {
			const capture = { after: this.#driver.now, client, resolve, reject };
			this.start(); // throws if the camera is closed
			this.#captures.push(capture);
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
		this.start(); // throws if the camera is closed
		this.#sinks = this.#sinks.concat(sink);
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
		this.#bus.close();
	}

	/** Sets a control of the camera's own. Returns false for any other. */
	private setOwn(control: string, value: number): boolean {
		if (control === FRAME_RATE) this.#rateLimiter = new FrameRateLimiter(value);
		else if (control === ROTATION) this.#turns = value;
		else return false;
		return true;
	}

	private start(): void {
		this.#driver.start();
	}

	private rest(): void {
		if (this.#sinks.length || this.#captures.length) return;
		this.#driver.stop();
		this.#disturbed = undefined;
		this.#last = undefined;
		this.#stuck = NONE;
		this.#pendingFrames = [];
		this.#fault = undefined;
	}

	private readable(): void {
		const driverFrame = this.#driver.read();
		if (!driverFrame) return;
		if (this.#disturbed !== undefined) {
			if (driverFrame.timestamp < this.#disturbed) return driverFrame.close();
			this.#disturbed = undefined;
		}
		if (!this.#rateLimiter.accepts(driverFrame.timestamp) && !this.#captures.length) {
			driverFrame.close();
			return;
		}
		const frame = new Frame(driverFrame, undefined, this.clock);
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
		taker.reject(new AbortError("the client disconnected before the frame came"));
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
