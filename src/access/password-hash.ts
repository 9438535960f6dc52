import Timer from "timer";
import { utf8Of } from "../http/syntax/bytes.ts";
import { isDigits } from "../http/syntax/characters.ts";
import { bytesOf, Hmac } from "./sha256.ts";
import { fromHex, hex, timingSafeEqual } from "./constant-time.ts";

/**
 * Iterations of PBKDF2. The advice for a desktop is 600,000; a script at 240 MHz would need a quarter of an hour for
 * that. An attacker who has the hash, and so the board in their hands, tries passwords several hundred times as fast as
 * with that advice.
 */
export const ITERATIONS = 1_000;
/** Iterations at a time: other work must not wait longer than for a frame. */
const ITERATIONS_PER_TURN = 2;
/**
 * Iterations after a turn in which others took 4 milliseconds or more: many refused clients must not slow down one that
 * is not refused.
 */
const ITERATIONS_AFTER_DELAY = 8;
const LONG_DELAY_MS = 4;
/**
 * Most iterations that a hash may ask for. A stored hash may come from another build, and the machine's owner waits for
 * it.
 */
const MAX_ITERATIONS = 10_000;

const SCHEME = "pbkdf2-sha256";

/** A computation that may be canceled. */
interface Call {
	readonly over: boolean;
}

/**
 * PBKDF2-HMAC-SHA-256 (RFC 8018, 5.2), 32 bytes, computed while everything else goes on. Returns no bytes if the call
 * is over before.
 */
export async function pbkdf2(password: Uint8Array, salt: Uint8Array, count: number, call?: Call): Promise<Uint8Array> {
	const hmac = new Hmac(password);
	const first = new Uint8Array(salt.length + 4);
	first.set(salt);
	first[salt.length + 3] = 1;
	let last = hmac.words(first);
	const result = [...last];
	let size = ITERATIONS_PER_TURN;
	for (let done = 1; done < count;) {
		for (const end = Math.min(count, done + size); done < end; done++) {
			last = hmac.again(last);
			for (let at = 0; at < 8; at++) result[at] ^= last[at];
		}
		const begun = Date.now();
		await new Promise<void>((resolve) => void Timer.set(() => resolve(), 0));
		size = Date.now() - begun < LONG_DELAY_MS ? ITERATIONS_PER_TURN : ITERATIONS_AFTER_DELAY;
		if (call?.over) return new Uint8Array(0);
	}
	return bytesOf(result);
}

/** Returns the stored form of a password: scheme, iterations, salt and hash, with dots between them. */
export async function hashPassword(password: string, salt: Uint8Array, count = ITERATIONS): Promise<string> {
	return [SCHEME, count, hex(salt), hex(await pbkdf2(utf8Of(password), salt, count))].join(".");
}

/**
 * Returns realm and secret, which follow a hash if Digest was wanted, or an empty list. The realm has a random part, so
 * that nobody can compute the secrets of common passwords in advance. An attacker who reads a secret tries passwords a
 * thousand times as fast as with the hash alone, since Digest's own hash is a quick one.
 */
export function digestPart(hash: string | undefined): readonly string[] {
	return hash?.split(".").slice(4) ?? [];
}

/** Reports whether a value is a password's hash that can be checked here. */
export function isPasswordHash(text: unknown): text is string {
	return typeof text === "string" && parse(text) !== undefined;
}

/**
 * Reports whether a password matches a hash. Takes the same time for any password. Returns false if the call is over
 * before.
 */
export async function isPassword(password: string, text: string, call?: Call): Promise<boolean> {
	const parts = parse(text);
	return (
		parts !== undefined &&
		timingSafeEqual(parts.hash, await pbkdf2(utf8Of(password), parts.salt, parts.count, call))
	);
}

function parse(text: string): { count: number; salt: Uint8Array; hash: Uint8Array } | undefined {
	const [name, number, saltText = "", hashText = "", ...more] = text.split(".");
	const count = isDigits(number) ? Number(number) : NaN;
	const salt = fromHex(saltText),
		hash = fromHex(hashText);
	return name === SCHEME &&
		(more.length === 0 || more.length === 2) &&
		Number.isInteger(count) &&
		count > 0 &&
		count <= MAX_ITERATIONS &&
		salt &&
		salt.length >= 8 &&
		hash?.length === 32
		? { count, salt, hash }
		: undefined;
}
