import { utf8Of } from "../http/bytes.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Attempts } from "./attempts.ts";
import { credentialsOf } from "./credentials.ts";
import { type DigestParams, digestParams, digestSecret, isDigest, Nonces } from "./digest.ts";
import { digestPart, hashPassword, isPassword, isPasswordHash } from "./password-hash.ts";
import { Hmac } from "./sha256.ts";
import { hex, isEqual, isSame, randomBytes } from "./texts.ts";

/** Who looks, and who changes things as well; by these names they sign in. */
export type Role = "viewer" | "admin";

/** Whom a request is of; "stale" where it says that with a nonce that is not good any longer, undefined where it does not say, or says something wrong. */
export type Verdict = Role | "stale" | undefined;

/** Hashes of passwords, as `hashPassword` makes them, with realm and secret where Digest is wanted (`digestPart`). A viewer's means nothing without an admin's. */
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
	/** "off": no Digest, and nothing kept for it. "always": it is offered to every client, not only to those that are known to do SHA-256. */
	readonly digest?: unknown;
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
/** Passwords that are checked at a time, one for each address: others than strangers have to find a place among the handlers at work. */
const mostPending = 2;
/**
 * Clients that do Digest with SHA-256, by what they call themselves. Others do MD5 alone, and then some give up where they
 * could do Basic: ffmpeg (libavformat/httpauth.c), and so whatever reads cameras with it.
 */
const digestAgents: readonly string[] = Object.freeze(["Chrome/", "Firefox/", "curl/", "python-requests/", "httpx/"]);

/** The passwords of a device: an admin's, which closes it, and perhaps a viewer's. */
export class Passwords {
	#hashes: Hashes;
	readonly #told: Hashes;
	readonly #keep: (value: unknown) => void;
	readonly #attempts: Attempts;
	#key: Hmac | undefined;
	#known: { readonly digest: Uint8Array; readonly role: Role }[] = [];
	readonly #pending = new Map<string, { readonly digest: Uint8Array; readonly role: Promise<Role | undefined> }>();
	#nonces: Nonces | undefined;
	readonly #now: () => number;
	readonly #digest: unknown;
	#changing = false;
	/** Called when the passwords have changed. */
	onChange: (() => void) | undefined;

	/** Throws where what it was told are no hashes: nobody must take a device for closed that is not. */
	constructor({ told = {}, kept, keep = () => {}, digest, now = Date.now }: PasswordsOptions = {}) {
		for (const hash of [told.admin, told.viewer]) {
			if (hash !== undefined && !isPasswordHash(hash))
				throw new Error("a password that the firmware was told is not hashed: give it as --admin-password or --viewer-password");
		}
		if (told.viewer !== undefined && told.admin === undefined)
			throw new Error("a viewer's password is of no use without an admin's");
		this.#told = told;
		this.#keep = keep;
		this.#attempts = new Attempts(now);
		this.#digest = digest;
		this.#now = now;
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

	/** What lets a role's requests pass, until its password changes; undefined of none. */
	pass(role: Role | undefined): string | undefined {
		return role && this.#hashes[role];
	}

	/** Whether what let somebody pass still does. */
	isGood(pass: string | undefined): boolean {
		return !this.closed || (pass !== undefined && (pass === this.#hashes.admin || pass === this.#hashes.viewer));
	}

	/** Adds the fields that ask a request for credentials, the best first, where it had none that are right, or a stale nonce. */
	challenge(request: Request, response: Response, stale: boolean): void {
		const realm = this.realm, agent = request.headers.get("user-agent") ?? "";
		const add = (challenge: string): void => response.headers.append("WWW-Authenticate", challenge);
		if (realm !== undefined && (stale || this.#digest === "always" || digestAgents.some(name => agent.includes(name))))
			add("Digest realm=\"" + realm + "\", qop=\"auth\", algorithm=SHA-256, charset=UTF-8, nonce=\"" + this.nonces.make() + (stale ? "\", stale=true" : "\""));
		add("Basic realm=\"yieldcam\", charset=\"UTF-8\""); // RFC 7617; tokens need none
	}

	/**
	 * Whom a request is of. Throws or rejects with an HttpError where its address has to wait. Whoever was right before
	 * passes at once, whatever others do.
	 *
	 * @param again Whether it was asked for this request before: Digest's are good once.
	 */
	role(request: Request, again = false): Verdict | Promise<Verdict> {
		const { headers, remoteAddress = "" } = request;
		const field = headers.get("authorization");
		if (field === undefined)
			return undefined;
		if (field.slice(0, 7).toLowerCase() === "digest ")
			return this.digest(digestParams(field.slice(7)), request, again);
		// Each of a client's requests takes this.
		const digest = this.key.half(utf8Of(field));
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
		if (!request.claim())
			throw new HttpError(503, undefined, { "Retry-After": 1 });
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
			const old = this.#hashes, realm = digestPart(old.admin)[0] ?? digestPart(old.viewer)[0] ?? "yieldcam-" + hex(randomBytes(8));
			const hash = async (role: Role, password: string | null | undefined): Promise<string | undefined> => {
				if (password === undefined || password === null)
					return password === null ? undefined : old[role];
				const hashed = await hashPassword(password, randomBytes(16));
				return this.#digest === "off" ? hashed : hashed + "." + realm + "." + digestSecret(role, realm, password);
			};
			const hashes = { admin: await hash("admin", admin), viewer: await hash("viewer", viewer) };
			this.#hashes = hashes.admin === undefined ? {} : hashes;
			this.#known = [];
			this.#keep({ ...this.#hashes, told: this.#told.admin });
			this.onChange?.();
		}
		finally {
			this.#changing = false;
		}
	}

	/**
	 * Of this run. What is remembered of credentials is worth nothing without it. Drawn when it is first needed: esp_random()
	 * has the radio's noise only once Wi-Fi is up.
	 */
	private get key(): Hmac {
		return this.#key ??= new Hmac(randomBytes(32));
	}

	private get nonces(): Nonces {
		return this.#nonces ??= new Nonces(this.key, this.#now);
	}

	/** Of Digest; undefined without. A browser that it is offered to asks for nothing else, so all who are to sign in have to be able to. */
	private get realm(): string | undefined {
		const hashes = this.#hashes, realm = digestPart(hashes.admin)[0];
		return this.#digest !== "off" && (hashes.viewer === undefined || digestPart(hashes.viewer)[0] === realm) ? realm : undefined;
	}

	private digest(params: DigestParams, request: Request, again: boolean): Verdict {
		const address = request.remoteAddress ?? "";
		const role = roleOf(params.get("username")), nonce = params.get("nonce") ?? "";
		const secret = this.realm === undefined ? undefined : digestPart(this.pass(role))[1];
		if (role === undefined || this.nonces.userOf(nonce) !== role)
			this.#attempts.check(address);
		if (secret === undefined || !isDigest(params, secret, request)) {
			this.#attempts.failed(address);
			return undefined;
		}
		if (!again && !this.nonces.take(nonce, params.get("nc")!, role!))
			return "stale";
		this.#attempts.succeeded(address);
		return role;
	}

	private async check(field: string): Promise<Role | undefined> {
		const credentials = credentialsOf(field);
		if (!credentials)
			return undefined;
		if ("token" in credentials)
			return (["viewer", "admin"] as const).find(role => this.has(role) && isSame(credentials.token, this.token(role)!));
		const role = roleOf(credentials.user), hash = this.pass(role);
		return hash !== undefined && await isPassword(credentials.password, hash) ? role : undefined;
	}
}

/** What was changed counts, unless the firmware was built anew with another password since: so a lost one is replaced. */
function hashesOf(kept: unknown, told: Hashes): Hashes {
	const { admin, viewer, told: before } = (typeof kept === "object" && kept !== null ? kept : {}) as Partial<Kept>;
	if (kept === undefined || (told.admin !== undefined && told.admin !== before))
		return told;
	return isPasswordHash(admin) ? { admin, viewer: isPasswordHash(viewer) ? viewer : undefined } : {};
}

function roleOf(user: string | undefined): Role | undefined {
	return user === "admin" || user === "viewer" ? user : undefined;
}
