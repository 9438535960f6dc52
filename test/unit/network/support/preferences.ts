import type { Preferences } from "yieldcam/network/io";

/**
 * Preferences of the firmware's domain. A missing key is undefined (modules/files/preference/esp32/modPreference.c:140,
 * 8.2.3).
 */
export function preferences(stored: Readonly<Record<string, unknown>>): Preferences {
	return { get: (domain, key) => (domain === "yieldcam" ? stored[key] : undefined) };
}
