import { utf8Of } from "../http/bytes.ts";
import type { Request } from "../http/request.ts";
import { type Hmac, sha256 } from "./sha256.ts";
import { hex, isSame } from "./texts.ts";

/** Milliseconds that a nonce is good for. */
const lifetime = 600_000;
/** Nonces in use that are remembered: some 50 of the board's 4,928 slots. A browser has one, a command such as curl one each time. */
const most = 8;
/** Bits of `seen`: the requests of a browser's six connections overtake each other by a few. */
const window = 32;

/** The parameters of Digest's Authorization field, by their names in lower case. */
export type DigestParams = ReadonlyMap<string, string>;

interface Used {
	readonly nonce: string;
	/** Who was right with it first. */
	readonly user: string;
	/** The highest count so far; and which of those before came, as bits, its own the lowest. */
	count: number;
	seen: number;
}

/** What follows the scheme's name (RFC 9110, 11.4). Of what is malformed comes something that is not right. */
export function digestParams(text: string): DigestParams {
	const params = new Map<string, string>();
	// Clients send ten. A field of 4 kB has room for a thousand, which would fill the board's heap.
	for (let at = 0, left = 16; at < text.length && left > 0; left--) {
		const equals = text.indexOf("=", at) + 1;
		const quoted = text[equals] === `"`;
		const begin = quoted ? equals + 1 : equals;
		const end = text.indexOf(quoted ? `"` : ",", begin);
		params.set(text.slice(at, equals - 1).trim().toLowerCase(), text.slice(begin, end < 0 ? undefined : end).trim());
		at = (end < 0 || equals === 0 ? -1 : text.indexOf(",", end)) + 1 || text.length;
	}
	return params;
}

/** H(A1) of RFC 7616, 3.4.2: all that a server needs to know of a password; and whoever knows it can sign in. */
export function digestSecret(user: string, realm: string, password: string): string {
	return hash(user + ":" + realm + ":" + password);
}

/**
 * Whether the response is right (RFC 7616, 3.4.1): to this request, since it would do for any other, too, if the server
 * believed what the client says it signed (3.4.6). Algorithm and quality of protection are those that were offered, SHA-256
 * and "auth"; with others it would not be right.
 */
export function isDigest(params: DigestParams, secret: string, request: Pick<Request, "method" | "target">): boolean {
	const expected = hash(secret + ":" + params.get("nonce") + ":" + params.get("nc") + ":" + params.get("cnonce") + ":auth:" + hash(request.method + ":" + request.target));
	return params.get("uri") === request.target && isSame(params.get("response") ?? "", expected);
}

/**
 * The nonces of Digest (RFC 7616, 3.3). Each says when it was made and is signed, so that those who only ask cost no
 * memory. Those that somebody was right with are remembered with the counts that came (3.4), so that nothing is good
 * twice: "auth" does not cover the content, and whoever reads along could send another with the same credentials. Where
 * one is forgotten to make room, so are all that are older and not in use.
 */
export class Nonces {
	readonly #key: Hmac;
	readonly #now: () => number;
	readonly #used: Used[] = [];
	#last = 0;
	/** Of those that were made until then, only what is in `#used` counts. */
	#forgotten = 0;

	/** @param key Of this run: none is good in the next, in which nothing is known of their counts. */
	constructor(key: Hmac, now: () => number) {
		this.#key = key;
		this.#now = now;
	}

	/** A new one. */
	make(): string {
		return this.sign(this.#last = Math.max(this.#now(), this.#last + 1));
	}

	/** Who was right with it first. */
	userOf(nonce: string): string | undefined {
		return this.find(nonce)?.user;
	}

	/** Takes a count, in hexadecimal, of a user who is right; false where the nonce is too old, or the count came before. */
	take(nonce: string, count: string, user: string): boolean {
		const time = parseInt(nonce, 16);
		if (!isSame(nonce, this.sign(time)) || this.#now() - time > lifetime)
			return false;
		let used = this.find(nonce);
		if (!used) {
			if (time <= this.#forgotten)
				return false;
			used = { nonce, user, count: 0, seen: 0 };
			if (this.#used.push(used) > most)
				this.#forgotten = Math.max(this.#forgotten, parseInt(this.#used.shift()!.nonce, 16));
		}
		const ahead = parseInt(count, 16) - used.count;
		if (ahead > 0) {
			used.seen = (ahead < window ? used.seen << ahead : 0) | 1;
			used.count += ahead;
			return true;
		}
		const bit = 1 << -ahead;
		if (!(ahead > -window) || (used.seen & bit))
			return false;
		used.seen |= bit;
		return true;
	}

	private find(nonce: string): Used | undefined {
		return this.#used.find(used => used.nonce === nonce);
	}

	private sign(time: number): string {
		const text = time.toString(16);
		return text + "." + hex(this.#key.digest(utf8Of(text)).subarray(0, 16));
	}
}

function hash(text: string): string {
	return hex(sha256(utf8Of(text)));
}
