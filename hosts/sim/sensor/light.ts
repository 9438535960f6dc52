import type { Chip, Settings } from "./chip.ts";

export interface Light {
	/** The amount of light, as a fraction of what is right for the card. */
	readonly amount: number;
	/** The factor by which the chip amplifies it: 1 is free of noise. */
	readonly gain: number;
}

/**
 * Computes exposure and gain. If one of the two is automatic, it compensates for the other: a manual gain shows as
 * brightness only if exposure is also manual, and as noise in any case. Gain can compensate for a short exposure up to
 * its ceiling, but not for a long one.
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
