import type { ClientResponse } from "../client/client-response.ts";
import { trimBlanks } from "yieldcam/http/syntax/ascii";
import { isDigits } from "yieldcam/http/syntax/characters";
import { reasonPhrase } from "yieldcam/http/status";

/** What is wrong with an answer other than success, and what follows of it. */
export interface Refusal {
	readonly message: string;
	/** It is neither the server's load or state, which pass, nor this one frame. */
	readonly lasting: boolean;
	/** Milliseconds that the server asks to be left alone. */
	readonly retryAfter: number;
}

/** Nine digits are thirty years. */
const SECONDS_DIGITS = 9;

const TEMPORARY_STATUSES: readonly number[] = Object.freeze([400, 408, 413, 422, 425, 429]);

export function refusalOf({ status, headers }: ClientResponse, token: boolean): Refusal {
	const message = `the server answers ${trimBlanks(`${status} ${reasonPhrase(status)}`)}`;
	// 408, 425 and 429 are a matter of time (RFC 9110, 15.5.9; RFC 8470; RFC 6585).
	// 400, 413 and 422 are of a frame that was cut short or is larger than others.
	const lasting = status < 500 && !TEMPORARY_STATUSES.includes(status);
	return {
		message: message + hint(status, headers.get("location"), token),
		lasting,
		retryAfter: secondsOf(headers.get("retry-after")),
	};
}

function hint(status: number, location: string | undefined, token: boolean): string {
	if (status >= 300 && status < 400) return location === undefined ? "" : `: give it the address ${location}`;
	switch (status) {
		case 401:
		case 403:
			return token ? ": is the token right?" : ": does it want a token?";
		case 404:
		case 405:
			return ": is the path right?";
		case 413:
			return ": frames are larger than it takes";
		case 415:
			return ": it does not take image/jpeg";
		default:
			return "";
	}
}

/** Retry-After in milliseconds. Its other form, a date, is of no use to a board, whose clock nobody has set. */
function secondsOf(retryAfter: string | undefined): number {
	return retryAfter !== undefined && isDigits(retryAfter) && retryAfter.length <= SECONDS_DIGITS
		? Number(retryAfter) * 1_000
		: 0;
}
