import { ascii, utf8Of } from "./syntax/bytes.ts";

/** The characters that HTML gives a meaning to: & < > " ' */
const SPECIAL: readonly number[] = Object.freeze([0x26, 0x3c, 0x3e, 0x22, 0x27]);
const REFERENCES: readonly string[] = Object.freeze(["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]);
/** The highest of those characters. Most text is above it. */
const HIGHEST = 0x3e;

/**
 * Returns text as HTML that shows it, in an element or in a quoted attribute (HTML Living Standard, 13.1.4). Unlike
 * `replaceAll`, it takes no slot for each character that it replaces.
 */
export function escapeHtml(text: string): string {
	const bytes = utf8Of(text),
		references = REFERENCES.map(utf8Of);
	let length = bytes.length;
	for (let at = 0; at < bytes.length; at++) {
		if (bytes[at] > HIGHEST) continue;
		const special = SPECIAL.indexOf(bytes[at]);
		if (special >= 0) length += references[special].length - 1;
	}
	if (length === bytes.length) return text;
	const escaped = new Uint8Array(length);
	for (let at = 0, to = 0; at < bytes.length; at++) {
		const special = bytes[at] > HIGHEST ? -1 : SPECIAL.indexOf(bytes[at]);
		if (special < 0) escaped[to++] = bytes[at];
		else {
			escaped.set(references[special], to);
			to += references[special].length;
		}
	}
	return ascii(escaped);
}

/**
 * A script for the head of a page whose addresses are relative, before all of them. A proxy may have the device in a folder,
 * and serve the page without the slash at the folder's end: then they would lead past the folder. Images need
 * `loading="lazy"`: browsers look ahead for others, and ask for them before the script has run.
 */
export const RELATIVE_BASE =
	'<script>{let f=location.pathname.split("/").pop();f&&document.write("<base href=./"+f+"/>")}</script>';
