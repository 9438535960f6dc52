import { lowerCase } from "yieldcam/http/syntax/scan";
import { isDigits } from "yieldcam/http/syntax/characters";

/**
 * Milliseconds before the server's timeout: a client that closes first does not send a request into a closed
 * connection.
 */
const MARGIN_MS = 1_000;

/** Nine digits are thirty years. */
const SECONDS_DIGITS = 9;

const TIMEOUT_PARAMETER = "timeout=";

/**
 * Returns how long a connection may be idle, in milliseconds, from the server's `Keep-Alive: timeout=5, max=100`, which
 * Node, Apache and PHP send (RFC 2068, 19.7.1.1; the field has no later definition). Returns undefined if the server
 * gives no time, and 0 if the time is too short to be of use.
 */
export function keepAlive(value: string | undefined): number | undefined {
	const text = lowerCase(value ?? "");
	for (let at = text.indexOf(TIMEOUT_PARAMETER); at >= 0; at = text.indexOf(TIMEOUT_PARAMETER, at + 1)) {
		if (at > 0 && !", ;\t".includes(text[at - 1])) continue;
		const begin = at + TIMEOUT_PARAMETER.length;
		let end = begin;
		while (end < text.length && !", ;\t".includes(text[end])) end++;
		const digits = text.slice(begin, end);
		if (digits.length <= SECONDS_DIGITS && isDigits(digits)) return Math.max(0, 1_000 * Number(digits) - MARGIN_MS);
	}
	return undefined;
}
