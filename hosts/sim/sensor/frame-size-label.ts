import type { FrameSize } from "../../../src/camera/frame-sizes.ts";

/** Returns the label in the picture: "QVGA 320×240", or "96×96" for sizes without a name. */
export function frameSizeLabel({ name, width, height }: FrameSize): string {
	const pixels = `${width}×${height}`;
	return /^\d+X\d+$/.test(name) ? pixels : `${name} ${pixels}`;
}
