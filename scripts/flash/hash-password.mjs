import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";

/** Same as in src/access/password-hash.ts. */
const ITERATIONS = 1_000;

/**
 * Hashes the passwords of admin and viewer as the firmware's Passwords does, and returns them by the names of the
 * firmware's settings. A hash is undefined if its password is too short or too long.
 *
 * @param {{ readonly admin: string | undefined, readonly viewer: string | undefined }} passwords
 * @param {{ readonly digest: boolean }} options
 * @returns {{ readonly [Name in "adminPassword" | "viewerPassword"]?: string | undefined }}
 */
export function hashPasswords(passwords, { digest }) {
	const realm = digest ? `yieldcam-${randomBytes(8).toString("hex")}` : undefined;
	return Object.fromEntries(
		Object.entries(passwords).flatMap(([user, password]) =>
			password === undefined ? [] : [[`${user}Password`, hashPassword(user, password, realm)]],
		),
	);
}

/**
 * @param {string} user
 * @param {string} password
 * @param {string | undefined} realm
 */
function hashPassword(user, password, realm) {
	const length = Buffer.byteLength(password);
	if (length < 8 || length > 128) return undefined;
	const salt = randomBytes(16);
	const hash = [
		"pbkdf2-sha256",
		ITERATIONS,
		salt.toString("hex"),
		pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256").toString("hex"),
	];
	if (realm !== undefined)
		hash.push(realm, createHash("sha256").update(`${user}:${realm}:${password}`).digest("hex"));
	return hash.join(".");
}
