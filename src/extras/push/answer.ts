import type { ClientResponse } from "../client/client-response.ts";
import { trimBlanks } from "yieldcam/http/syntax/ascii";
import { isDigits } from "yieldcam/http/syntax/characters";
import { reasonPhrase } from "yieldcam/http/status";

/** Describes a response other than success, and its consequences. */
export interface Refusal {
	readonly message: string;
	/** The cause is neither the server's load or state, which change, nor this one frame. */
	readonly lasting: boolean;
	/** Milliseconds that the server asks the client to wait. */
	readonly retryAfter: number;
}

/** Nine digits are thirty years. */
const SECONDS_DIGITS = 9;

const TEMPORARY_STATUSES: readonly number[] = Object.freeze([400, 408, 413, 422, 425, 429]);

export function refusalOf({ status, headers }: ClientResponse, token: boolean): Refusal {
	const message = `the server answers ${trimBlanks(`${status} ${reasonPhrase(status)}`)}`;
	// 408, 425 and 429 are a matter of time (RFC 9110, 15.5.9; RFC 8470; RFC 6585).
	// 400, 413 and 422 concern one frame that was cut short or is larger than others.
	const lasting = status < 500 && !TEMPORARY_STATUSES.includes(status);
	return {
		message: message + hint(status, headers.get("location"), token),
		lasting,
		retryAfter: secondsOf(headers.get("retry-after")),
	};
}

function hint(status: number, location: string | undefined, token: boolean): string {
	if (status >= 300 && status < 400) return location === undefined ? "" : `: use the URL ${location} instead`;
	switch (status) {
		case 401:
		case 403:
			return token ? ": is the token right?" : ": does it require a token?";
		case 404:
		case 405:
			return ": is the path right?";
		case 413:
			return ": frames are larger than it accepts";
		case 415:
			return ": it does not accept image/jpeg";
		default:
			return "";
	}
}

/** Returns Retry-After in milliseconds. Its other form, a date, is of no use to a board, whose clock is not set. */
function secondsOf(retryAfter: string | undefined): number {
	return retryAfter !== undefined && isDigits(retryAfter) && retryAfter.length <= SECONDS_DIGITS
		? Number(retryAfter) * 1_000
		: 0;
}
