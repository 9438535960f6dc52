import { frameSize, type FrameSize } from "../../../src/camera/frame-sizes.ts";

/** The frame sizes of the OV2640, the sensor simulated here: all up to UXGA, by number. */
export const ov2640FrameSizes: readonly FrameSize[] = Array.from({ length: frameSize("UXGA")!.code + 1 }, (_, code) => frameSize(code)!);
