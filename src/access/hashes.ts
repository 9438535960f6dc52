import { isPasswordHash } from "./password-hash.ts";
import { isPictureToken } from "./picture-token.ts";

/**
 * Hashes of passwords, as `hashPassword` returns them, followed by realm and secret if Digest is wanted (`digestPart`).
 * A viewer's means nothing without an admin's.
 */
export interface Hashes {
	readonly admin?: string | undefined;
	readonly viewer?: string | undefined;
	/** The token in addresses of pictures, if there is one. */
	readonly pictures?: string | undefined;
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
		pictures,
		configured: before,
	} = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<StoredHashes>;
	if (kept === undefined || (told.admin !== undefined && told.admin !== before)) return told;
	if (!isPasswordHash(admin)) return {};
	return {
		admin,
		viewer: isPasswordHash(viewer) ? viewer : undefined,
		pictures: isPictureToken(pictures) ? pictures : undefined,
	};
}
