import type { CameraDriver, DriverOptions } from "../../../src/camera/driver.ts";

/** The class of the binding, with what concerns the only camera that there is. */
interface EspCameraIO {
	new (options: DriverOptions): CameraDriver;
	/**
	 * Whether an earlier call of the constructor has thrown a pending error, and none has fetched since then what became of the
	 * opening.
	 */
	readonly pending: boolean;
	/** Whether the camera is being opened at this moment. */
	readonly opening: boolean;
	/** The open camera; undefined if there is none, or it is still being opened. */
	readonly current: CameraDriver | undefined;
	/** The clock of the frames' timestamps, in microseconds since boot. */
	readonly now: number;
}

/** Espressif's camera driver. See CameraDriver for its behavior, and CameraIO for its errors. */
declare const EspCamera: EspCameraIO;
export default EspCamera;
