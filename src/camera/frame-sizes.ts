/**
 * Frame sizes by name. Their numbers (`framesize_t` in esp32-camera's sensor.h) have drifted between
 * releases, so programs use names; a number is the index into this list, in the current order.
 */
const SIZES = Object.freeze(
	[
		["96X96", 96, 96],
		["QQVGA", 160, 120],
		["128X128", 128, 128],
		["QCIF", 176, 144],
		["HQVGA", 240, 176],
		["240X240", 240, 240],
		["QVGA", 320, 240],
		["320X320", 320, 320],
		["CIF", 400, 296],
		["HVGA", 480, 320],
		["VGA", 640, 480],
		["SVGA", 800, 600],
		["XGA", 1024, 768],
		["HD", 1280, 720],
		["SXGA", 1280, 1024],
		["UXGA", 1600, 1200],
		["FHD", 1920, 1080],
		["P_HD", 720, 1280],
		["P_3MP", 864, 1536],
		["QXGA", 2048, 1536],
		["QHD", 2560, 1440],
		["WQXGA", 2560, 1600],
		["P_FHD", 1088, 1920],
		["QSXGA", 2560, 1920],
		["5MP", 2592, 1944],
	] as const,
	true,
);

export type FrameSizeName = (typeof SIZES)[number][0];

export interface FrameSize {
	readonly name: FrameSizeName;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** esp32-camera's `framesize_t`. */
	readonly code: number;
}

/** Finds a frame size by name (upper or lower case) or `framesize_t` number. Returns undefined if there is none. */
export function frameSize(key: string | number): FrameSize | undefined {
	const code = typeof key === "string" ? SIZES.findIndex((size) => isSame(size[0], key)) : key;
	const size = SIZES[code];
	return size && { name: size[0], width: size[1], height: size[2], code };
}

/** Compares a text with a name, ignoring the case of ASCII letters only: a long s does not match S. */
function isSame(name: string, text: string): boolean {
	if (text.length !== name.length) return false;
	for (let at = 0; at < name.length; at++) {
		const code = text.charCodeAt(at);
		if ((code >= 0x61 && code <= 0x7a ? code - 0x20 : code) !== name.charCodeAt(at)) return false;
	}
	return true;
}
