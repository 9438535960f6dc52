import { frameSize, type FrameSize, type FrameSizeName } from "../../../src/camera/frame-sizes.ts";

/** The sensors simulated, and their largest frames: `camera_sensor[]` in esp32-camera's driver/sensor.c. */
const LARGEST_FRAMES = {
	OV2640: "UXGA",
	OV3660: "QXGA",
	OV5640: "QSXGA",
	/** Gives no JPEG, so that no picture of it is ever drawn. */
	GC0308: "VGA",
} as const satisfies Record<string, FrameSizeName>;

export type SensorModel = keyof typeof LARGEST_FRAMES;

export const sensorModels = Object.keys(LARGEST_FRAMES) as readonly SensorModel[];

/** The sensor of that name, in upper or lower case; undefined where there is none. */
export function sensorModel(name: string): SensorModel | undefined {
	return sensorModels.find((model) => model === name.toUpperCase());
}

/** By number, as the driver compares them. */
export function sensorFrameSizes(model: SensorModel): readonly FrameSize[] {
	return Array.from({ length: frameSize(LARGEST_FRAMES[model])!.code + 1 }, (_, code) => frameSize(code)!);
}
