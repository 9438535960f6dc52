import Preference from "preference";
import slots from "yieldcam/common/update";
import type { Slots } from "yieldcam/device/slots";

const DOMAIN = "yieldcam";
const KEY = "update";

/** The firmware's slots, with the record in the preferences. Frozen, so that it is in flash alone. */
export const FIRMWARE_SLOTS: Slots = Object.freeze({
	...slots,
	record: Object.freeze({
		read() {
			return Preference.get(DOMAIN, KEY) as string | undefined;
		},
		write(text: string) {
			Preference.set(DOMAIN, KEY, text);
		},
	}),
});
