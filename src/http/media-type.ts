import { trimBlanks } from "./syntax/ascii.ts";
import { lowerCase } from "./syntax/scan.ts";

/**
 * Returns the type of a Content-Type field in lower case, without its parameters (RFC 9110, 8.3.1); undefined if the
 * field is missing.
 */
export function mediaType(field: string | undefined): string | undefined {
	if (field === undefined) return undefined;
	const semicolon = field.indexOf(";");
	return lowerCase(trimBlanks(semicolon < 0 ? field : field.slice(0, semicolon)));
}
