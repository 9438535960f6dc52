import type { FrameSize } from "../../../src/camera/frame-sizes.ts";

/** What a person reads in the picture: "QVGA 320×240", and "96×96" for the sizes without a name of their own. */
export function frameSizeLabel({ name, width, height }: FrameSize): string {
	const pixels = `${width}×${height}`;
	return /^\d+X\d+$/.test(name) ? pixels : `${name} ${pixels}`;
}
