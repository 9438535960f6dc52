import { pbkdf2Sync, randomBytes } from "node:crypto";

/** As src/access/password-hash.ts has it. */
const iterations = 1_000;

/** What a firmware is told of a password, as its own hashPassword makes it; undefined of one that is too short or too long. */
export function hashPassword(password) {
	const length = Buffer.byteLength(password);
	if (length < 8 || length > 128)
		return undefined;
	const salt = randomBytes(16);
	return ["pbkdf2-sha256", iterations, salt.toString("hex"), pbkdf2Sync(password, salt, iterations, 32, "sha256").toString("hex")].join(".");
}
