import type { Chip, Settings } from "./chip.ts";

export interface Light {
	/** How much of it, in parts of what is right for the card. */
	readonly amount: number;
	/** How many times the chip amplified it: 1 is free of noise. */
	readonly gain: number;
}

/**
 * Exposure and gain. Whichever of the two is automatic makes up for the other: a gain set by hand shows as brightness
 * only where exposure is set by hand as well, and as noise in any case. Gain can make up for a short exposure up to its
 * ceiling, and for a long one not at all.
 */
export function expose(settings: Settings, chip: Chip): Light {
	const target = chip.aeTarget(settings.get("ae_level") ?? 0);
	const automaticExposure = settings.get("aec") !== 0;
	const automaticGain = settings.get("agc") !== 0;
	let exposure = (settings.get("aec_value") ?? chip.rightExposure) / chip.rightExposure;
	let gain = chip.gain(settings.get("agc_gain") ?? 0);
	if (automaticExposure) {
		if (automaticGain) gain = 1;
		exposure = target / gain;
	} else if (automaticGain) {
		const { initial, times } = chip.gainCeiling;
		gain = Math.min(Math.max(1, target / exposure), times(settings.get("gainceiling") ?? initial));
	}
	return { amount: exposure * gain, gain };
}
