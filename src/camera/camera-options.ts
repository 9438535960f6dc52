import type { Clock } from "../time/clock.ts";
import type { CameraIO, DriverOptions, GrabMode } from "./driver.ts";
import { type FrameSize, type FrameSizeName, frameSize } from "./frame-sizes.ts";

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
	/** The time of day, for the frames. Default: it is unknown. */
	readonly clock?: Clock;
	/** Receives the reason if there are no good frames. Capture continues, and the driver restarts after a while. */
	onError?(message: string): void;
	/** The driver was restarted because there were no good frames. */
	onRestart?(): void;
}

/** Frame buffers by default: one fills, one waits, one is read. */
export const FRAME_BUFFERS = 3;

/** Returns a driver's options. Throws a RangeError if one of the camera's is out of range. */
export function driverOptions(
	options: CameraOptions,
	callbacks: Pick<DriverOptions, "onReadable" | "onError" | "onRestart" | "onResult">,
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
