import { frameSize, type FrameSize, type FrameSizeName } from "../../../src/camera/frame-sizes.ts";

/** The simulated sensors and their largest frames: `camera_sensor[]` in esp32-camera's driver/sensor.c. */
const LARGEST_FRAMES = {
	OV2640: "UXGA",
	OV3660: "QXGA",
	OV5640: "QSXGA",
	/** Gives no JPEG, so none of its pictures is ever drawn. */
	GC0308: "VGA",
} as const satisfies Record<string, FrameSizeName>;

export type SensorModel = keyof typeof LARGEST_FRAMES;

export const sensorModels = Object.keys(LARGEST_FRAMES) as readonly SensorModel[];

/** Returns the sensor of that name, in upper or lower case, or undefined if there is none. */
export function sensorModel(name: string): SensorModel | undefined {
	return sensorModels.find((model) => model === name.toUpperCase());
}

/** Returns the sensor's frame sizes by number, as the driver compares them. */
export function sensorFrameSizes(model: SensorModel): readonly FrameSize[] {
	return Array.from({ length: frameSize(LARGEST_FRAMES[model])!.code + 1 }, (_, code) => frameSize(code)!);
}
