import { isPasswordHash } from "./password-hash.ts";

/**
 * Hashes of passwords, as `hashPassword` returns them, followed by realm and secret if Digest is wanted (`digestPart`).
 * A viewer's means nothing without an admin's.
 */
export interface Hashes {
	readonly admin?: string | undefined;
	readonly viewer?: string | undefined;
}

/** The value that is stored. */
interface StoredHashes extends Hashes {
	/** The admin's hash that was configured when this one replaced it. */
	readonly configured?: string;
}

/**
 * Returns the stored hashes, unless the firmware was built with another password since. So a lost password can be
 * replaced.
 */
export function hashesOf(kept: unknown, told: Hashes): Hashes {
	const {
		admin,
		viewer,
		configured: before,
	} = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<StoredHashes>;
	if (kept === undefined || (told.admin !== undefined && told.admin !== before)) return told;
	return isPasswordHash(admin) ? { admin, viewer: isPasswordHash(viewer) ? viewer : undefined } : {};
}
