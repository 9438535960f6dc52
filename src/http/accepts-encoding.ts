import { trimBlanks } from "./syntax/ascii.ts";
import { lowerCase } from "./syntax/scan.ts";
import { someMember } from "./syntax/message-framing.ts";

/**
 * Reports whether a client takes content in a coding such as gzip, or in none, which is "identity" (RFC 9110, 12.5.3).
 * Without the field it takes any.
 *
 * @param field The Accept-Encoding field.
 */
export function acceptsEncoding(field: string | undefined, coding: string): boolean {
	if (field === undefined) return true;
	let accepted = coding === "identity"; // as long as it is not excluded
	someMember(field, (member) => {
		const semicolon = member.indexOf(";"),
			name = lowerCase(semicolon < 0 ? member : trimBlanks(member.slice(0, semicolon)));
		// Old programs write x-gzip (8.4.1.3).
		const isNamed = name === coding || name === "x-" + coding;
		if (!isNamed && name !== "*") return false;
		accepted = semicolon < 0 || weightOf(member.slice(semicolon + 1)) > 0;
		return isNamed; // takes precedence over "*", wherever that is
	});
	return accepted;
}

/** Returns a weight (RFC 9110, 12.4.2): 1 if there is none, and 0 if it is malformed. */
function weightOf(parameter: string): number {
	const text = lowerCase(trimBlanks(parameter));
	if (!text.startsWith("q=")) return text === "" ? 1 : 0;
	return Number(text.slice(2)) || 0;
}
