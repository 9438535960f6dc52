import Preference from "preference";
import type { CrashCount } from "yieldcam/settings/crash-guard";
import type { Store } from "yieldcam/settings/store";
import { TwoKeyStore } from "yieldcam/esp32s3/two-key-store";

const DOMAIN = "yieldcam";
const CRASHES_KEY = "crashes";

/**
 * The settings in the board's preferences: Espressif's NVS, which holds strings of up to 4,000 bytes. Frozen, so that it is
 * in flash alone.
 */
export const PREFERENCE_STORE: Store = Object.freeze(
	new TwoKeyStore(Preference, DOMAIN, Object.freeze(["settings0", "settings1"] as const)),
);

/** The network that somebody has chosen on the board. A power cut while it is written leaves the one before. */
export const NETWORK_STORE: Store = Object.freeze(
	new TwoKeyStore(Preference, DOMAIN, Object.freeze(["network0", "network1"] as const)),
);

export const CRASH_COUNT: CrashCount = Object.freeze({
	read() {
		return Number(Preference.get(DOMAIN, CRASHES_KEY) ?? 0);
	},
	write(count: number) {
		Preference.set(DOMAIN, CRASHES_KEY, count);
	},
});
