import type { Chip, Settings } from "./chip.ts";

/** Each color becomes `own` × itself + `luma` × Y + its offset. */
export interface Mix {
	readonly own: number;
	readonly luma: number;
	readonly offsets: readonly [red: number, green: number, blue: number];
}

/** The level that contrast does not change: offset and gain of the OV2640's contrast_regs meet there. */
const PIVOT = 80;
const NEGATIVE = 1;

/**
 * Computes OmniVision's special digital effects: contrast and brightness change Y, saturation changes Cb and Cr, and an
 * effect inverts all three or fixes Cb and Cr. Returns undefined if all of them have their defaults.
 *
 * In JFIF, R = Y + 1.402 Cr and so on. Since Cr is proportional to R - Y, a factor s on Cr makes s (R - Y) of it, and
 * no conversion to and from YCbCr is needed.
 */
export function digitalEffects(settings: Settings, chip: Chip): Mix | undefined {
	const contrast = chip.contrast(settings.get("contrast") ?? 0);
	const brightness = chip.brightness * (settings.get("brightness") ?? 0);
	const effect = settings.get("special_effect") ?? 0;
	const tint = chip.tints.find(([number]) => number === effect);
	let chroma = tint ? 0 : chip.saturation(settings.get("saturation") ?? 0);
	let gain = contrast;
	let offset = PIVOT * (1 - contrast) + brightness;
	if (effect === NEGATIVE) {
		chroma = -chroma;
		gain = -gain;
		offset = 255 - offset;
	}
	if (chroma === 1 && gain === 1 && offset === 0) return undefined;
	const cb = (tint?.[1] ?? 128) - 128;
	const cr = (tint?.[2] ?? 128) - 128;
	return {
		own: chroma,
		luma: gain - chroma,
		offsets: [offset + 1.402 * cr, offset - 0.344136 * cb - 0.714136 * cr, offset + 1.772 * cb],
	};
}
