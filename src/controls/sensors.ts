import { type FrameSizeName, frameSize } from "../camera/frame-sizes.ts";
import { type Choice, type Control, type Group, type Option, type Range, type Switch, withJson } from "./control.ts";

/*
 * The sensors' controls, from the setters of esp32-camera (sensors/ov2640.c, ov3660.c, ov5640.c) and the ranges of
 * Espressif's CameraWebServer. A page shows them in this order.
 */

function toggle(name: string, label: string, group: Group, field: string): Switch {
	return withJson<Switch>({ type: "boolean", name, label, group, field });
}

function range(
	name: string,
	label: string,
	group: Group,
	field: string,
	minimum: number,
	maximum: number,
	unit?: string,
): Range {
	return withJson<Range>({
		type: "integer",
		name,
		label,
		group,
		field,
		minimum,
		maximum,
		step: 1,
		...(unit !== undefined && { unit }),
	});
}

function choice(
	name: string,
	label: string,
	group: Group,
	field: string,
	...options: (readonly [value: string, label: string])[]
): Choice {
	return withJson<Choice>({
		type: "string",
		name,
		label,
		group,
		field,
		options: Object.freeze(options.map(([value, text]): Option => Object.freeze({ value, label: text }))),
	});
}

const QUALITY = range("quality", "JPEG quality (lower is better)", "image", "quality", 0, 63);
/** The camera's own control, because a sensor's rate follows from its clock and the frame size. */
const FRAME_RATE = range("frameRate", "Frame rate limit (0: none)", "image", "frame_rate", 0, 60, "fps");
const SPECIAL_EFFECT = choice(
	"specialEffect",
	"Special effect",
	"image",
	"special_effect",
	["none", "None"],
	["negative", "Negative"],
	["grayscale", "Grayscale"],
	["redTint", "Red tint"],
	["greenTint", "Green tint"],
	["blueTint", "Blue tint"],
	["sepia", "Sepia"],
);
const COLOR_BAR = toggle("colorBar", "Color bar", "image", "colorbar");

const WHITE_BALANCE = Object.freeze([
	toggle("autoWhiteBalance", "Automatic white balance", "color", "awb"),
	toggle("whiteBalanceGain", "White balance gain", "color", "awb_gain"),
	choice(
		"whiteBalanceMode",
		"White balance mode",
		"color",
		"wb_mode",
		["auto", "Automatic"],
		["sunny", "Sunny"],
		["cloudy", "Cloudy"],
		["office", "Office"],
		["home", "Home"],
	),
]);

const CORRECTIONS = Object.freeze([
	toggle("blackPixelCorrection", "Black pixel correction", "correction", "bpc"),
	toggle("whitePixelCorrection", "White pixel correction", "correction", "wpc"),
	toggle("gamma", "Gamma correction", "correction", "raw_gma"),
	toggle("lensCorrection", "Lens correction", "correction", "lenc"),
]);

const ORIENTATION = Object.freeze([
	toggle("mirror", "Mirror", "orientation", "hmirror"),
	toggle("flip", "Flip", "orientation", "vflip"),
	// The camera's own: the sensors cannot turn by a quarter.
	choice(
		"rotation",
		"Rotation",
		"orientation",
		"rotation",
		["0", "None"],
		["90", "90° clockwise"],
		["180", "180°"],
		["270", "90° counterclockwise"],
	),
]);

const OV2640 = Object.freeze([
	QUALITY,
	...ORIENTATION,
	range("brightness", "Brightness", "image", "brightness", -2, 2),
	range("contrast", "Contrast", "image", "contrast", -2, 2),
	range("saturation", "Saturation", "color", "saturation", -2, 2),
	SPECIAL_EFFECT,
	...WHITE_BALANCE,
	toggle("autoExposure", "Automatic exposure", "exposure", "aec"),
	toggle("exposureDsp", "Exposure by the DSP", "exposure", "aec2"),
	range("exposureLevel", "Exposure level", "exposure", "ae_level", -2, 2),
	range("exposure", "Exposure", "exposure", "aec_value", 0, 1200),
	toggle("autoGain", "Automatic gain", "exposure", "agc"),
	range("gain", "Gain", "exposure", "agc_gain", 0, 30),
	choice(
		"gainCeiling",
		"Gain ceiling",
		"exposure",
		"gainceiling",
		["2x", "2×"],
		["4x", "4×"],
		["8x", "8×"],
		["16x", "16×"],
		["32x", "32×"],
		["64x", "64×"],
		["128x", "128×"],
	),
	...CORRECTIONS,
	toggle("downsize", "Downsize", "correction", "dcw"),
	COLOR_BAR,
] as const);

/** Controls of the OV3660, and of the OV5640, which differs only in its longer exposure. */
function ov3660(longestExposure: number): readonly Control[] {
	return Object.freeze([
		QUALITY,
		...ORIENTATION,
		range("brightness", "Brightness", "image", "brightness", -3, 3),
		range("contrast", "Contrast", "image", "contrast", -3, 3),
		range("sharpness", "Sharpness", "image", "sharpness", -3, 3),
		range("denoise", "Noise reduction", "image", "denoise", 0, 8),
		range("saturation", "Saturation", "color", "saturation", -4, 4),
		SPECIAL_EFFECT,
		...WHITE_BALANCE,
		toggle("autoExposure", "Automatic exposure", "exposure", "aec"),
		toggle("nightMode", "Night mode", "exposure", "aec2"),
		range("exposureLevel", "Exposure level", "exposure", "ae_level", -5, 5),
		range("exposure", "Exposure", "exposure", "aec_value", 0, longestExposure),
		toggle("autoGain", "Automatic gain", "exposure", "agc"),
		range("gain", "Gain", "exposure", "agc_gain", 0, 64),
		range("gainCeiling", "Gain ceiling", "exposure", "gainceiling", 0, 511),
		...CORRECTIONS,
		toggle("advancedWhiteBalance", "Advanced white balance", "color", "dcw"),
		COLOR_BAR,
	]);
}

const CONTROLS_BY_SENSOR = Object.freeze({
	OV2640: OV2640,
	OV3660: ov3660(1536),
	OV5640: ov3660(1920),
});

/** All frame sizes; esp32-camera numbers them in this order. */
const FRAME_SIZE = choice("frameSize", "Frame size", "image", "framesize", ...sizes());

function sizes(): (readonly [FrameSizeName, string])[] {
	const found: (readonly [FrameSizeName, string])[] = [];
	for (let size; (size = frameSize(found.length));)
		found.push([size.name, `${size.name} (${size.width}×${size.height})`]);
	return found;
}

/** Returns the control with the frame sizes up to the largest. */
function frameSizes(largest: FrameSizeName): Choice {
	const { options, json } = FRAME_SIZE,
		count = options.findIndex(({ value }) => value === largest) + 1;
	if (count === 0) return FRAME_SIZE;
	const end = json.indexOf("}", json.indexOf(`"value":"${largest}"`)) + 1;
	return Object.freeze({
		...FRAME_SIZE,
		options: options.slice(0, count),
		// Not kept, since this object is in RAM.
		get json() {
			return `${json.slice(0, end)}]`;
		},
	});
}

/** The controls of a sensor by its name; of one that is not known, those that every sensor here has. */
export function controlsOf(sensor: string, largest: FrameSizeName): readonly Control[] {
	const own = (CONTROLS_BY_SENSOR as Readonly<Record<string, readonly Control[]>>)[sensor] ?? [
		QUALITY,
		...ORIENTATION,
	];
	return [frameSizes(largest), FRAME_RATE, ...own];
}
