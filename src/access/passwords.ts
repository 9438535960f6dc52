import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Attempts } from "./attempts.ts";
import { credentialsOf } from "./credentials.ts";
import { hashPassword, isPassword, isPasswordHash } from "./password-hash.ts";
import { Hmac } from "./sha256.ts";
import { hex, isEqual, randomBytes, utf8Of } from "./texts.ts";

/** Who looks, and who changes things as well; by these names they sign in. */
export type Role = "viewer" | "admin";

/** Hashes of passwords, as `hashPassword` makes them. A viewer's means nothing without an admin's. */
export interface Hashes {
	readonly admin?: string | undefined;
	readonly viewer?: string | undefined;
}

export interface PasswordsOptions {
	/** What whoever built or started the firmware said. It counts until it is changed, and again once they say something else. */
	readonly told?: Hashes;
	/** What `keep` was given last, in this run or before. */
	readonly kept?: unknown;
	/** Keeps a value that JSON can hold. */
	keep?(value: unknown): void;
	/** Milliseconds; of the wall clock unless told. */
	readonly now?: () => number;
}

/** What is kept. */
interface Kept extends Hashes {
	/** The admin's hash that was told when this was set in its place. */
	readonly told?: string;
}

/** Credentials that were right, and need not be hashed again: a client asks many times a second. */
const remembered = 8;
/** Passwords that are checked at a time, one for each address. */
const mostPending = 4;

/** The passwords of a device: an admin's, which closes it, and perhaps a viewer's. */
export class Passwords {
	#hashes: Hashes;
	readonly #told: Hashes;
	readonly #keep: (value: unknown) => void;
	readonly #attempts: Attempts;
	/** Of this run. What is remembered of credentials is worth nothing without it. */
	readonly #key = new Hmac(randomBytes(32));
	#known: { readonly digest: Uint8Array; readonly role: Role }[] = [];
	readonly #pending = new Map<string, { readonly digest: Uint8Array; readonly role: Promise<Role | undefined> }>();
	#changing = false;

	/** Throws where what it was told are no hashes: nobody must take a device for closed that is not. */
	constructor({ told = {}, kept, keep = () => {}, now = Date.now }: PasswordsOptions = {}) {
		for (const hash of [told.admin, told.viewer]) {
			if (hash !== undefined && !isPasswordHash(hash))
				throw new Error("a password that the firmware was told is not hashed: give it as --admin-password or --viewer-password");
		}
		if (told.viewer !== undefined && told.admin === undefined)
			throw new Error("a viewer's password is of no use without an admin's");
		this.#told = told;
		this.#keep = keep;
		this.#attempts = new Attempts(now);
		this.#hashes = hashesOf(kept, told);
	}

	/** Whether a password is needed for anything. */
	get closed(): boolean {
		return this.#hashes.admin !== undefined;
	}

	has(role: Role): boolean {
		return this.#hashes[role] !== undefined;
	}

	/**
	 * A bearer token (RFC 6750) for scripts, good until that role's password changes; undefined where there is none. It
	 * comes from the password's hash, so that nothing more has to be kept.
	 */
	token(role: Role): string | undefined {
		const hash = this.#hashes[role];
		return hash === undefined ? undefined : `${role}.${hex(new Hmac(utf8Of(hash)).digest(utf8Of("yieldcam bearer token")))}`;
	}

	/**
	 * Whom a request is of; undefined where it does not say, or says something wrong. Throws or rejects with an HttpError
	 * where its address has to wait. Whoever was right before passes at once, whatever others do.
	 */
	role({ headers, remoteAddress = "" }: Request): Role | undefined | Promise<Role | undefined> {
		const field = headers.get("authorization");
		if (field === undefined)
			return undefined;
		// Each of a client's requests takes this.
		const digest = this.#key.half(utf8Of(field));
		for (const known of this.#known) {
			if (isEqual(known.digest, digest))
				return known.role;
		}
		const pending = this.#pending.get(remoteAddress);
		// A browser sends the same at once for all that a page needs.
		if (pending && isEqual(pending.digest, digest))
			return pending.role;
		this.#attempts.check(remoteAddress);
		if (pending)
			throw new HttpError(429, "another password from this address is being checked", { "Retry-After": 1 });
		if (this.#pending.size >= mostPending)
			throw new HttpError(503, "too many passwords are being checked", { "Retry-After": 2 });
		const hashes = this.#hashes;
		const role = this.check(field).then((found) => {
			this.#pending.delete(remoteAddress);
			if (hashes !== this.#hashes) // they changed meanwhile
				return undefined;
			if (found === undefined)
				this.#attempts.failed(remoteAddress);
			else {
				this.#attempts.succeeded(remoteAddress);
				this.#known = [{ digest, role: found }, ...this.#known.slice(0, remembered - 1)];
			}
			return found;
		});
		this.#pending.set(remoteAddress, { digest, role });
		return role;
	}

	/** Sets the passwords that are given, and removes those that are null; without an admin's there is no viewer's. Throws an HttpError 409 while another change is made. */
	async change({ admin, viewer }: { readonly admin?: string | null | undefined; readonly viewer?: string | null | undefined }): Promise<void> {
		if (this.#changing)
			throw new HttpError(409, "the passwords are being changed");
		this.#changing = true;
		try {
			const hash = async (password: string | null | undefined, old: string | undefined): Promise<string | undefined> =>
				password === undefined ? old : password === null ? undefined : hashPassword(password, randomBytes(16));
			const hashes = { admin: await hash(admin, this.#hashes.admin), viewer: await hash(viewer, this.#hashes.viewer) };
			this.#hashes = hashes.admin === undefined ? {} : hashes;
			this.#known = [];
			this.#keep({ ...this.#hashes, told: this.#told.admin });
		}
		finally {
			this.#changing = false;
		}
	}

	private async check(field: string): Promise<Role | undefined> {
		const credentials = credentialsOf(field);
		if (!credentials)
			return undefined;
		if ("token" in credentials)
			return (["viewer", "admin"] as const).find(role => isSame(credentials.token, this.token(role)));
		const { user, password } = credentials;
		if (user !== "admin" && user !== "viewer")
			return undefined;
		const hash = this.#hashes[user];
		return hash !== undefined && await isPassword(password, hash) ? user : undefined;
	}
}

/** What was changed counts, unless the firmware was built anew with another password since: so a lost one is replaced. */
function hashesOf(kept: unknown, told: Hashes): Hashes {
	const { admin, viewer, told: before } = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<Kept>;
	if (kept === undefined || (told.admin !== undefined && told.admin !== before))
		return told;
	return isPasswordHash(admin) ? { admin, viewer: isPasswordHash(viewer) ? viewer : undefined } : {};
}

function isSame(a: string, b: string | undefined): boolean {
	return b !== undefined && isEqual(utf8Of(a), utf8Of(b));
}
