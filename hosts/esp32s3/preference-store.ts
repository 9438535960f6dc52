import Preference from "preference";
import type { CrashCount } from "yieldcam/settings/crash-guard";
import type { Store } from "yieldcam/settings/store";

const DOMAIN = "yieldcam";
const SETTINGS_KEY = "settings";
const CRASHES_KEY = "crashes";

/** The settings in the board's preferences: Espressif's NVS, which holds strings of up to 4,000 bytes. */
export const PREFERENCE_STORE: Store = Object.freeze({
	read() {
		const text = Preference.get(DOMAIN, SETTINGS_KEY);
		return typeof text === "string" ? text : undefined;
	},
	write(text: string) {
		Preference.set(DOMAIN, SETTINGS_KEY, text);
	},
	clear() {
		Preference.delete(DOMAIN, SETTINGS_KEY);
	},
});

export const CRASH_COUNT: CrashCount = Object.freeze({
	read() {
		return Number(Preference.get(DOMAIN, CRASHES_KEY) ?? 0);
	},
	write(count: number) {
		Preference.set(DOMAIN, CRASHES_KEY, count);
	},
});
