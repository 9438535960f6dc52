import type { SensorModel } from "./models.ts";

/** The host's settings by name. All others have the chip's default. */
export type Settings = ReadonlyMap<string, number>;

/** The effect of a chip's settings on the picture, taken from the registers that Espressif's drivers write. */
export interface Chip {
	/** The `aec_value` that is right for the card at the lowest gain. native/sensor-*.c start with the same value. */
	readonly rightExposure: number;
	/** The brightness at which automatic exposure aims, as a fraction of its default aim. */
	readonly aeTarget: (aeLevel: number) => number;
	/** The factor by which the signal is amplified. */
	readonly gain: (agcGain: number) => number;
	readonly gainCeiling: { readonly initial: number; readonly times: (setting: number) => number };
	/** The setting whose value 0 leaves the colors as the chip sees them. */
	readonly balancing: "awb" | "awb_gain";
	/** The levels (of 255) for one step. */
	readonly brightness: number;
	/** Factors on luma and on chroma. */
	readonly contrast: (level: number) => number;
	readonly saturation: (level: number) => number;
	/** Fixed Cb and Cr of the effects that have them: grayscale, red, green and blue tint, sepia. */
	readonly tints: readonly (readonly [effect: number, cb: number, cr: number])[];
}

/** sensors/ov2640.c and ov2640_settings.h. */
const OV2640: Chip = {
	// The reset value of AEC, 0x33, is bits 9 to 2.
	rightExposure: 204,
	// The middle between AEB and AEW, ae_levels_regs.
	aeTarget: (level) => [28, 40, 59, 68, 84][level + 2] / 59,
	// agc_gain_tbl counts from 1× to 31×.
	gain: (agcGain) => agcGain + 1,
	// Three bits, of which 7 means the same as 6.
	gainCeiling: { initial: 0, times: (setting) => 2 ** (Math.min(setting, 6) + 1) },
	balancing: "awb_gain",
	brightness: 16,
	contrast: (level) => 1 + level / 8,
	saturation: (level) => (0x48 + 0x10 * level) / 0x48,
	tints: [
		[2, 0x80, 0x80],
		[3, 0x40, 0xc0],
		[4, 0x40, 0x40],
		[5, 0xa0, 0x40],
		[6, 0x40, 0xa6],
	],
};

/** sensors/ov3660.c and ov3660_settings.h. */
const OV3660: Chip = {
	rightExposure: 320,
	// set_ae_level(): 5 to 105.
	aeTarget: (level) => (10 * level + 55) / 55,
	gain: (agcGain) => Math.max(1, agcGain),
	// Sixteenths.
	gainCeiling: { initial: 0xf8, times: (setting) => Math.max(1, setting / 16) },
	balancing: "awb",
	brightness: 16,
	contrast: (level) => 1 + level / 4,
	// sensor_saturation_levels, from 0x48 to 0xa8.
	saturation: (level) => 1 + level / 10,
	tints: [
		[2, 0x80, 0x80],
		[3, 0x80, 0xc0],
		[4, 0x60, 0x60],
		[5, 0xa0, 0x40],
		[6, 0x40, 0xa0],
	],
};

export const CHIPS: Readonly<Record<SensorModel, Chip>> = {
	OV2640: OV2640,
	OV3660: OV3660,
	/** sensors/ov5640.c writes the same registers; a frame has more lines. */
	OV5640: { ...OV3660, rightExposure: 400 },
	// Never drawn, since it gives no JPEG.
	GC0308: OV2640,
};
