import Preference from "preference";
import type { CrashCount } from "yieldcam/settings/crash-guard";
import type { Store } from "yieldcam/settings/store";

const domain = "yieldcam";
const key = "settings";
const crashes = "crashes";

/** The settings in the board's preferences: Espressif's NVS, which holds strings of up to 4,000 bytes. */
export const preferenceStore: Store = Object.freeze({
	read() {
		const text = Preference.get(domain, key);
		return typeof text === "string" ? text : undefined;
	},
	write(text: string) {
		Preference.set(domain, key, text);
	},
	clear() {
		Preference.delete(domain, key);
	},
});

export const crashCount: CrashCount = Object.freeze({
	read() {
		return Number(Preference.get(domain, crashes) ?? 0);
	},
	write(count: number) {
		Preference.set(domain, crashes, count);
	},
});
