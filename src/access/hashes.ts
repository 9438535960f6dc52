import { isPasswordHash } from "./password-hash.ts";

/** Hashes of passwords, as `hashPassword` makes them, with realm and secret where Digest is wanted (`digestPart`). A viewer's means nothing without an admin's. */
export interface Hashes {
	readonly admin?: string | undefined;
	readonly viewer?: string | undefined;
}

/** What is kept. */
interface StoredHashes extends Hashes {
	/** The admin's hash that was told when this was set in its place. */
	readonly configured?: string;
}

/** What was changed counts, unless the firmware was built with another password since: so a lost one is replaced. */
export function hashesOf(kept: unknown, told: Hashes): Hashes {
	const {
		admin,
		viewer,
		configured: before,
	} = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<StoredHashes>;
	if (kept === undefined || (told.admin !== undefined && told.admin !== before)) return told;
	return isPasswordHash(admin) ? { admin, viewer: isPasswordHash(viewer) ? viewer : undefined } : {};
}
