/**
 * What a camera driver is to this project: the shape of the binding over Espressif's esp32-camera
 * (hosts/esp32s3), and of anything that stands in for it.
 */

/** A frame in the driver's own memory: an XS host buffer, so it is written and viewed but has no ArrayBuffer methods. */
export interface DriverFrame {
	readonly byteLength: number;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** Microseconds since boot when the first of it reached memory (`camera_fb_t.timestamp`). */
	readonly timestamp: number;
	/** Returns the memory to the driver; views of the frame have length 0 from then on. Further calls do nothing. */
	close(): void;
	/**
	 * Moves the frame into memory of its own, so that the driver has its buffer back while the
	 * frame is still being read. False where there is no memory for that: then nothing changes.
	 */
	detach(): boolean;
}

/** What a sensor says of itself (`camera_sensor_info_t`). */
export interface SensorInfo {
	/** "OV2640" */
	readonly name: string;
	/** Product id, as its registers give it. */
	readonly pid: number;
	/** esp32-camera's `framesize_t`. */
	readonly maxFrameSize: number;
	readonly jpeg: boolean;
}

/**
 * "latest": of frames that nobody took, the newest are kept. "whenEmpty": the oldest are, and capture
 * waits for a buffer, which spares memory bandwidth.
 */
export type GrabMode = "latest" | "whenEmpty";

export interface DriverOptions {
	/** GPIO numbers; -1 or absent: not connected. */
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
	 * The `framesize_t` that the buffers are made for; absent: the largest that the sensor and the memory
	 * allow. `set("framesize", …)` goes up to it.
	 */
	readonly maxFrameSize?: number;
	/** 0–63, lower is better. */
	readonly quality: number;
	readonly frameBufferCount: number;
	/** "latest" unless told; a single buffer is "whenEmpty" anyway. */
	readonly grabMode?: GrabMode;
	/** A frame can be read. */
	onReadable(): void;
	/**
	 * There are no good frames: the sensor has given none, or broken ones, for four seconds, or a restart of
	 * the driver has failed, or the script holds all buffers. Each is told once, until there is a good frame.
	 */
	onError(message: string): void;
	/**
	 * After ten seconds without a good frame the driver was opened anew, with the settings that it had.
	 * Frames that were out then have been moved out of its memory, or, where there was none for that, closed.
	 */
	onRestart(): void;
}

export interface CameraDriver {
	/** From now on `onReadable` is called, for frames that began after this call. */
	start(): void;
	stop(): void;
	/** The newest frame that was not read yet. */
	read(): DriverFrame | undefined;
	/**
	 * A control of the sensor, by its name in `camera_status_t`; also "xclk" (MHz), "pixformat", and
	 * "reg" with a register and a mask. Undefined for a name that is none. Throws while the driver restarts.
	 */
	get(control: string, ...values: number[]): number | undefined;
	/**
	 * False where the sensor has no such control or refuses the value. Also "xclk" (MHz), and with all the
	 * values that sensor_t's functions take, "reg", "pll" and "res_raw". Throws while the driver restarts.
	 */
	set(control: string, ...values: number[]): boolean;
	/** The clock of the timestamps: microseconds since boot. */
	readonly now: number;
	/** The sensor that was found. */
	readonly sensor: SensorInfo;
	/** Frames that were no whole JPEG, since the start. */
	readonly dropped: number;
	/** Every frame still out is closed. */
	close(): void;
}

/**
 * Throws an Error that names the cause and the remedy when the camera cannot be started. Where it is
 * that the sensor gives no JPEG, the sensor's name is the error's property `sensor` too.
 */
export type CameraIO = new (options: DriverOptions) => CameraDriver;
