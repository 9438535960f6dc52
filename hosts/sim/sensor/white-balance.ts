import type { Chip, Settings } from "./chip.ts";

export type Gains = readonly [red: number, green: number, blue: number];

/**
 * Sunny, cloudy, office, home: `wb_modes_regs` in ov2640_settings.h; ov3660.c and ov5640.c have the same, in
 * sixteenths.
 */
const MODES: readonly Gains[] = [
	[0x5e, 0x41, 0x54],
	[0x65, 0x41, 0x4f],
	[0x52, 0x41, 0x66],
	[0x42, 0x3f, 0x71],
];
/** The gains that automatic white balance finds for the card: a light between cloudy and office. */
const CARD_GAINS: Gains = [0x58, 0x41, 0x5d];
/** Gains of 1: greenish, since a chip sees green best. */
const UNIT_GAINS: Gains = [0x40, 0x40, 0x40];

/**
 * Returns the gains as fractions of those that are right for the card. Without `awb` the OV2640 keeps its present
 * gains, and the card's light does not change. The other sensors do not balance at all without it.
 */
export function whiteBalance(settings: Settings, chip: Chip): Gains {
	const mode = settings.get("wb_mode") ?? 0;
	const gains = settings.get(chip.balancing) === 0 ? UNIT_GAINS : mode === 0 ? CARD_GAINS : MODES[mode - 1];
	return [gains[0] / CARD_GAINS[0], gains[1] / CARD_GAINS[1], gains[2] / CARD_GAINS[2]];
}
