import { ControlError } from "../controls/control-error.ts";

/** Bytes: it is in every state that is sent, and in mDNS a name has 63, of which the host's name takes up to 35. */
const MAX_NAME_BYTES = 32;

/** Returns the value if it is a camera's name, or undefined if it is none. Throws a ControlError for anything else. */
export function cameraName(value: unknown): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== "string" || value === "" || value[0] === " " || value.endsWith(" ") || !isShortText(value))
		throw new ControlError("name", `is a text of 1 to ${MAX_NAME_BYTES} bytes without blanks at its ends, or null`);
	return value;
}

/** Reports whether the text has no control characters and is no longer than a name may be. */
function isShortText(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
	}
	return ArrayBuffer.fromString(text).byteLength <= MAX_NAME_BYTES;
}
