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
	/** 0–63, lower is better. */
	readonly quality: number;
	readonly frameBufferCount: number;
	/** A frame can be read. */
	onReadable(): void;
	/** The sensor has given no frame for four seconds. */
	onError(message: string): void;
}

export interface CameraDriver {
	/** From now on `onReadable` is called, for frames that began after this call. */
	start(): void;
	stop(): void;
	/** The newest frame that was not read yet. */
	read(): DriverFrame | undefined;
	/** A control of the sensor, by its name in `camera_status_t`; undefined for a name that is none. */
	get(control: string): number | undefined;
	/** False where the sensor has no such control or refuses the value. */
	set(control: string, value: number): boolean;
	/** The clock of the timestamps: microseconds since boot. */
	readonly now: number;
	/** The name of the sensor that was found, "OV2640". */
	readonly sensor: string;
	/** Every frame still out is closed. */
	close(): void;
}

/** Throws an Error that names the cause and the remedy when the camera cannot be started. */
export type CameraIO = new (options: DriverOptions) => CameraDriver;
