/**
 * The camera driver as this project uses it: the interface of the binding to Espressif's esp32-camera
 * (hosts/common), and of anything that replaces it.
 */

/**
 * A frame in the driver's own memory: an XS host buffer, so it can be written and viewed but has no ArrayBuffer
 * methods.
 */
export interface DriverFrame {
	readonly byteLength: number;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** When its first bytes reached memory, in microseconds since boot (`camera_fb_t.timestamp`). */
	readonly timestamp: number;
	/** Returns the memory to the driver; views of the frame then have length 0. Further calls do nothing. */
	close(): void;
	/**
	 * Moves the frame into its own memory, so that the driver gets its buffer back while the frame is still in use.
	 * Returns false, and changes nothing, if there is no memory for that.
	 */
	detach(): boolean;
}

/** What a sensor reports about itself (`camera_sensor_info_t`). */
export interface SensorInfo {
	/** "OV2640" */
	readonly name: string;
	/** Product id, from its registers. */
	readonly pid: number;
	/** esp32-camera's `framesize_t`. */
	readonly maxFrameSize: number;
	readonly jpeg: boolean;
}

/**
 * Which frames to keep if nobody reads them. "latest": the newest. "whenEmpty": the oldest, and capture waits for a
 * free buffer, which saves memory bandwidth.
 */
export type GrabMode = "latest" | "whenEmpty";

export interface DriverOptions {
	/** GPIO numbers. -1 or absent: not connected. */
	readonly d0?: number;
	readonly d1?: number;
	readonly d2?: number;
	readonly d3?: number;
	readonly d4?: number;
	readonly d5?: number;
	readonly d6?: number;
	readonly d7?: number;
	readonly pclk?: number;
	readonly vsync?: number;
	readonly href?: number;
	readonly xclk?: number;
	readonly pwdn?: number;
	readonly reset?: number;
	readonly sda?: number;
	readonly scl?: number;
	readonly i2cPort?: number;
	/** Hz. */
	readonly xclkFrequency?: number;
	/** esp32-camera's `framesize_t`. */
	readonly frameSize: number;
	/**
	 * The `framesize_t` that the buffers are made for, and the limit of `set("framesize", …)`. Default: the largest
	 * that the sensor and the memory allow.
	 */
	readonly maxFrameSize?: number;
	/** 0–63, lower is better. */
	readonly quality: number;
	readonly frameBufferCount: number;
	/**
	 * Milliseconds. How long the constructor waits for the driver to be opened, which stops the machine. Default: a second;
	 * a sensor that answers takes less.
	 */
	readonly openWait?: number;
	/** Default: "latest". A single buffer is always "whenEmpty". */
	readonly grabMode?: GrabMode;
	/** A frame is ready to read. */
	onReadable(): void;
	/**
	 * Receives the reason if there are no good frames: the sensor gave none, or broken ones, for four seconds, or a
	 * restart of the driver failed, or the script holds all buffers. Each reason is reported once until the next good
	 * frame.
	 */
	onError(message: string): void;
	/**
	 * The driver was opened again after ten seconds without a good frame, with the settings that it had. Frames that
	 * were in use have been moved out of its memory, or closed if there was no memory for that.
	 */
	onRestart(): void;
	/**
	 * Receives what became of `change` or `command`: what was read, or 0; the number of the change that was refused, from
	 * 0, as -1 less that number; or, as a text, why nothing came of it. Called once for each of them, but not after `close`,
	 * and not after `abandon` has returned true.
	 */
	onResult(result: number | string): void;
}

export interface CameraDriver {
	/** Starts capture. `onReadable` is called for frames that began after this call. */
	start(): void;
	stop(): void;
	/** Returns the newest frame that was not read yet. */
	read(): DriverFrame | undefined;
	/**
	 * Returns a control of the sensor, by its name in `camera_status_t`, as of the last result; also "xclk" (MHz),
	 * "pixformat", and "reg" with a register and a mask, which waits for the sensor. Returns undefined for an unknown name.
	 * Throws while the driver restarts.
	 */
	get(control: string, ...values: number[]): number | undefined;
	/**
	 * Sets a control of the sensor; also "xclk" (MHz), and "reg", "pll" and "res_raw" with all the values that
	 * sensor_t's functions take. Returns false if the sensor does not have the control or refuses the value. Throws
	 * while the driver restarts, while another request is under way, and after a second if the sensor's bus is stuck. Until
	 * it returns, the machine stops.
	 */
	set(control: string, ...values: number[]): boolean;
	/**
	 * Begins to set controls, all of them or none: names and values, one after the other. `onResult` is called later, or,
	 * for a few registers and if the bus is not stuck, before this returns. Throws while the driver restarts, and while another request is under way.
	 */
	change(...changes: (string | number)[]): void;
	/**
	 * Does the same for a command: "greg" with a register and a mask; "xclk", "reg", "pll" and "res_raw" as in `set`.
	 */
	command(name: string, ...values: number[]): void;
	/**
	 * Gives up the request that is under way: its changes are undone as soon as the bus lets them, and until then others
	 * are refused. Returns false if its result is on its way to `onResult`, or there is none.
	 */
	abandon(): boolean;
	/** The clock of the timestamps, in microseconds since boot. */
	readonly now: number;
	/** The sensor that was found. */
	readonly sensor: SensorInfo;
	/** Number of frames since the start that were not a complete JPEG. */
	readonly dropped: number;
	/** Stops the driver and closes every frame that is still in use. */
	close(): void;
}

/**
 * Opens the camera. Throws an Error that names the cause and the remedy if it cannot start. If the cause is that the
 * sensor gives no JPEG, the error's property `sensor` holds the sensor's name. If the driver is still being opened after
 * `openWait`, the error's property `pending` is true, and another call with the same options fetches the open driver later.
 */
export type CameraIO = new (options: DriverOptions) => CameraDriver;
