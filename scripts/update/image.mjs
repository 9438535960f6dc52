/** Where an image has its description, and the parts of that (hosts/common/update/firmware.h). */
const OFFSET = 288,
	BOARD = { at: 16, size: 32 },
	VERSION = { at: 48, size: 24 };

/**
 * Returns what an image says of itself; undefined if it is none of this project's.
 *
 * @param {Buffer} image
 * @returns {{ board: string, version: string } | undefined}
 */
export function describeImage(image) {
	const description = image.subarray(OFFSET, OFFSET + 72);
	if (description.length < 72 || image[0] !== 0xe9 || description.toString("latin1", 0, 8) !== "yieldcam")
		return undefined;
	/** @param {{ at: number, size: number }} part */
	const text = ({ at, size }) => description.toString("utf8", at, at + size).split("\0", 1)[0];
	return { board: text(BOARD), version: text(VERSION) };
}
