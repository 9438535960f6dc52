import type { Chip, Settings } from "./chip.ts";
import { digitalEffects, type Mix } from "./digital-effects.ts";
import { expose } from "./light.ts";
import { Noise } from "./noise.ts";
import { whiteBalance } from "./white-balance.ts";

/** The card's colors are gamma-coded, like the picture's: twice the light is less than twice the number. */
const GAMMA = 2.2;
/** The levels (of 255) of noise if the signal is amplified twice. */
const NOISE = 2;

/** The processing of each pixel between the light and the JPEG. */
interface Development {
	/** The new value of each level, for red, green and blue, or undefined if they do not change. */
	readonly levels: readonly [Uint8Array, Uint8Array, Uint8Array] | undefined;
	readonly noise: number;
	readonly mix: Mix | undefined;
}

/** Changes the pixels, of four bytes each, according to the settings. If all have their defaults, it changes none. */
export function develop(data: Uint8ClampedArray, settings: Settings, chip: Chip, number: number): void {
	const development = plan(settings, chip);
	if (development.levels || development.mix || development.noise > 0) run(data, development, number);
}

function plan(settings: Settings, chip: Chip): Development {
	// The chip's own color bars are not light: they are not exposed, but all later steps treat them as a picture.
	const { amount, gain } = settings.get("colorbar") ? { amount: 1, gain: 1 } : expose(settings, chip);
	const [red, green, blue] = whiteBalance(settings, chip);
	return {
		levels:
			amount === 1 && red === 1 && green === 1 && blue === 1
				? undefined
				: [levels(amount * red), levels(amount * green), levels(amount * blue)],
		noise: Math.round(NOISE * Math.sqrt(gain - 1)),
		mix: digitalEffects(settings, chip),
	};
}

/** Computes the levels for a factor on the light. White clips, as on the chip. */
function levels(light: number): Uint8Array {
	const factor = light ** (1 / GAMMA);
	return Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, Math.round(level * factor)));
}

/** Changes the pixels. `data` rounds and limits the values written to it. */
function run(data: Uint8ClampedArray, { levels, noise: amplitude, mix }: Development, number: number): void {
	if (levels) {
		const [red, green, blue] = levels;
		for (let i = 0; i < data.length; i += 4) {
			data[i] = red[data[i]]!;
			data[i + 1] = green[data[i + 1]]!;
			data[i + 2] = blue[data[i + 2]]!;
		}
	}
	if (amplitude > 0) {
		// Each frame has different noise.
		const source = new Noise(Math.imul(number + 1, 0x9e3779b1) | 1);
		for (let i = 0; i < data.length; i += 4) {
			const value = source.next(amplitude);
			data[i] += value;
			data[i + 1] += value;
			data[i + 2] += value;
		}
	}
	if (mix) {
		const {
			own,
			luma,
			offsets: [red, green, blue],
		} = mix;
		for (let i = 0; i < data.length; i += 4) {
			const r = data[i];
			const g = data[i + 1];
			const b = data[i + 2];
			const y = luma * (0.299 * r + 0.587 * g + 0.114 * b);
			data[i] = own * r + y + red;
			data[i + 1] = own * g + y + green;
			data[i + 2] = own * b + y + blue;
		}
	}
}
