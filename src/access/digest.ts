import { isBlank, trimBlanks } from "../http/syntax/ascii.ts";
import { lowerCase } from "../http/syntax/scan.ts";
import { utf8Of } from "../http/syntax/bytes.ts";
import { isHexDigits, isToken } from "../http/syntax/characters.ts";
import type { Request } from "../http/request.ts";
import { type Hmac, sha256 } from "./sha256.ts";
import { hex, isSame } from "./constant-time.ts";

/** Milliseconds for which a nonce is valid. */
const NONCE_LIFETIME_MS = 600_000;
/**
 * Most nonces in use that are remembered: some 50 of the board's 4,928 slots. A browser has one; a command such as curl
 * has a new one each time.
 */
const MAX_NONCES = 8;
/** Most parameters of a field. Clients send ten. */
const MAX_PARAMETERS = 16;
/** Most blanks and commas between and in them. */
const MAX_SEPARATORS = 100;
/** Characters. A nonce of this device has some 44, and so has the longest cnonce that a known client sends. */
const MAX_NONCE_LENGTH = 64;
const MAX_CNONCE_LENGTH = 128;
/** Most bytes of a Digest Authorization field, not counting the address that it names. */
export const MAX_DIGEST_LENGTH = 640;
/** Bits of `seen`: the requests of a browser's six connections overtake each other by a few. */
const WINDOW_BITS = 32;

/** The parameters of a Digest Authorization field, by their names in lower case. */
export type DigestParams = ReadonlyMap<string, string>;

interface Used {
	readonly nonce: string;
	/** The name that first used it correctly. */
	readonly user: string;
	/** The network that last used it. */
	network: string;
	/** The highest count so far. */
	count: number;
	/** Which counts up to that one have come, as bits, with its own as the lowest. */
	seen: number;
}

/**
 * Parses what follows the scheme's name (RFC 9110, 11.4). Returns undefined if it is malformed, names a parameter
 * twice, or has more parameters than any client sends: two programs may differ in which of two values counts. Names and
 * addresses here have no character that needs a backslash.
 */
export function digestParams(text: string): DigestParams | undefined {
	const params = new Map<string, string>();
	for (let at = 0, skipped = 0; at < text.length;) {
		// RFC 9110, 5.6.1.2: members of a list may be empty, within reason.
		if (isBlank(text.charCodeAt(at)) || text.charAt(at) === ",") {
			at++;
			if (++skipped > MAX_SEPARATORS) return undefined;
			continue;
		}
		const equals = text.indexOf("=", at),
			name = lowerCase(trimBlanks(text.slice(at, equals)));
		if (equals < 0 || !isToken(name) || params.has(name) || params.size === MAX_PARAMETERS) return undefined;
		let start = equals + 1;
		while (isBlank(text.charCodeAt(start))) {
			start++;
			if (++skipped > MAX_SEPARATORS) return undefined;
		}
		const isQuoted = text.charAt(start) === `"`;
		const quote = isQuoted ? text.indexOf(`"`, start + 1) : start;
		const comma = text.indexOf(",", quote),
			end = comma < 0 ? text.length : comma;
		const value = isQuoted ? text.slice(start + 1, quote) : trimBlanks(text.slice(start, end));
		if (
			quote < 0 ||
			(isQuoted ? trimBlanks(text.slice(quote + 1, end)) !== "" || value.includes("\\") : !isToken(value))
		)
			return undefined;
		params.set(name, value);
		at = end + 1;
	}
	return params;
}

/**
 * Reports whether the parameters are complete: all that a client sends if it was offered SHA-256 and "auth" (RFC 7616,
 * 3.4), nothing else that changes the meaning, and nothing too long. Without an algorithm it is MD5.
 */
export function isComplete(params: DigestParams, realm: string): boolean {
	const nonce = params.get("nonce"),
		cnonce = params.get("cnonce"),
		nc = params.get("nc"),
		response = params.get("response");
	return (
		params.get("realm") === realm &&
		lowerCase(params.get("algorithm") ?? "") === "sha-256" &&
		lowerCase(params.get("qop") ?? "") === "auth" &&
		lowerCase(params.get("userhash") ?? "false") === "false" &&
		!params.has("username*") &&
		params.has("uri") &&
		nonce !== undefined &&
		nonce.length <= MAX_NONCE_LENGTH &&
		cnonce !== undefined &&
		cnonce !== "" &&
		cnonce.length <= MAX_CNONCE_LENGTH &&
		nc?.length === 8 &&
		nc !== "00000000" &&
		isHexDigits(nc) &&
		response?.length === 64 &&
		isHexDigits(response)
	);
}

/**
 * Returns H(A1) of RFC 7616, 3.4.2. It is all that a server needs to know of a password, and it suffices to sign in.
 */
export function digestSecret(user: string, realm: string, password: string): string {
	return hash(user + ":" + realm + ":" + password);
}

/**
 * Reports whether the response is right for the method and the address that the client says it signed (RFC 7616, 3.4.1).
 * The caller must compare that address with the request's: otherwise the response would do for any other request too
 * (3.4.6). The parameters must be complete.
 */
export function isDigest(params: DigestParams, secret: string, method: string): boolean {
	const expected = hash(
		[
			secret,
			params.get("nonce"),
			params.get("nc"),
			params.get("cnonce"),
			"auth",
			hash(method + ":" + params.get("uri")),
		].join(":"),
	);
	return isSame(expected, lowerCase(params.get("response") ?? ""));
}

/**
 * Reports whether the address that a client signed is that of the request. It may have more before the path: a proxy that
 * has the device in a folder removes that, and perhaps the folder's slash (RFC 7616, 3.4.6 expects proxies to alter it).
 */
export function isSigned(uri: string, { path, target }: Pick<Request, "path" | "target">): boolean {
	const end = endOfPath(uri);
	return (
		uri === target ||
		(uri.slice(end) === target.slice(endOfPath(target)) && (path === "/" || uri.slice(0, end).endsWith(path)))
	);
}

/** Returns where the query of an address begins, with its "?". */
function endOfPath(address: string): number {
	const question = address.indexOf("?");
	return question < 0 ? address.length : question;
}

/**
 * The nonces of Digest (RFC 7616, 3.3). Each contains the time when it was made and is signed, so that clients that
 * only ask cost no memory. Nonces that were used correctly are remembered with the counts that came (3.4), so that
 * nothing is valid twice: "auth" does not cover the content, and an eavesdropper could send other content with the same
 * credentials. If one is forgotten to make room, so are all that are older and not in use.
 */
export class Nonces {
	readonly #key: Hmac;
	readonly #now: () => number;
	readonly #used: Used[] = [];
	#last = 0;
	/** A time: of the nonces made until then, only those in `#used` are valid. */
	#forgotten = 0;

	/** @param key A key of this run. No nonce is valid in the next run, which knows nothing of their counts. */
	constructor(key: Hmac, now: () => number) {
		this.#key = key;
		this.#now = now;
	}

	/** Makes a new nonce. */
	make(): string {
		return this.sign((this.#last = Math.max(this.#now(), this.#last + 1)));
	}

	/** Makes all nonces made until now invalid. */
	forget(): void {
		this.#used.length = 0;
		this.#forgotten = Math.max(this.#now(), this.#last);
	}

	/** Returns the user who first used it correctly. */
	userOf(nonce: string): string | undefined {
		return this.find(nonce)?.user;
	}

	/** Reports whether the right password came from this network with a nonce that is in use. */
	has(network: string): boolean {
		return this.#used.some((used) => used.network === network);
	}

	/**
	 * Takes a hexadecimal count of a user who gave the right response. Returns false if the nonce is too old, or if the
	 * count came before.
	 */
	take(nonce: string, count: string, user: string, network = ""): boolean {
		const time = parseInt(nonce, 16);
		if (!isSame(nonce, this.sign(time)) || this.#now() - time > NONCE_LIFETIME_MS) return false;
		let used = this.find(nonce);
		if (!used) {
			if (time <= this.#forgotten) return false;
			used = { nonce, user, network, count: 0, seen: 0 };
			if (this.#used.push(used) > MAX_NONCES)
				this.#forgotten = Math.max(this.#forgotten, parseInt(this.#used.shift()!.nonce, 16));
		}
		used.network = network;
		const ahead = parseInt(count, 16) - used.count;
		if (ahead > 0) {
			used.seen = (ahead < WINDOW_BITS ? used.seen << ahead : 0) | 1;
			used.count += ahead;
			return true;
		}
		const bit = 1 << -ahead;
		if (!(ahead > -WINDOW_BITS) || used.seen & bit) return false;
		used.seen |= bit;
		return true;
	}

	private find(nonce: string): Used | undefined {
		return this.#used.find((used) => used.nonce === nonce);
	}

	private sign(time: number): string {
		const text = time.toString(16);
		return text + "." + hex(this.#key.digest(utf8Of(text)).subarray(0, 16));
	}
}

function hash(text: string): string {
	return hex(sha256(utf8Of(text)));
}
