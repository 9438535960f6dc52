import { utf8Of } from "../http/syntax/bytes.ts";
import { HttpError, tooManyWait } from "../http/http-error.ts";
import { networkOf } from "../http/syntax/ip-address.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Attempts } from "./attempts.ts";
import { credentialsOf, MAX_FIELD_LENGTH, mayBeCredentials, parameterOf, schemeOf } from "./credentials.ts";
import {
	type DigestParams,
	digestParams,
	digestSecret,
	isComplete,
	isDigest,
	isSigned,
	MAX_DIGEST_LENGTH,
	Nonces,
} from "./digest.ts";
import { type Hashes, hashesOf } from "./hashes.ts";
import { digestPart, hashPassword, isPassword, isPasswordHash } from "./password-hash.ts";
import { type Role, roleOf } from "./role.ts";
import { RunningChecks } from "./running-checks.ts";
import { Hmac } from "./sha256.ts";
import { SignIns } from "./sign-ins.ts";
import { hex, timingSafeEqual, isSame, randomBytes } from "./constant-time.ts";

/**
 * The role of a request. "stale" if it has a nonce that is no longer valid, and "elsewhere" if the password is right, but
 * another address was signed than that of the request; undefined if it has no credentials, or wrong ones.
 */
export type Verdict = Role | "stale" | "elsewhere" | undefined;

export interface PasswordsOptions {
	/**
	 * The hashes from the firmware's build or start. They count until they are changed, and again once other ones are
	 * configured.
	 */
	readonly configured?: Hashes;
	/** The value last passed to `keep`, in this run or before. */
	readonly stored?: unknown;
	/** Stores a value that JSON can hold. */
	keep?(value: unknown): void;
	/**
	 * "off": no Digest, and nothing stored for it. "always": offers it to every client, not only to those known to do
	 * SHA-256.
	 */
	readonly digest?: unknown;
	/** Returns milliseconds. Default: the wall clock. */
	readonly now?: () => number;
}

/**
 * User agents that do Digest with SHA-256. Others do only MD5, and some of them then give up although they could do
 * Basic: ffmpeg (libavformat/httpauth.c), and so every program that reads cameras with it.
 */
const DIGEST_AGENTS: readonly string[] = Object.freeze(["Chrome/", "Firefox/", "curl/", "python-requests/", "httpx/"]);

/** The passwords of a device: an admin's, which closes it, and perhaps a viewer's. */
export class Passwords {
	#hashes: Hashes;
	readonly #configured: Hashes;
	readonly #keep: (value: unknown) => void;
	readonly #attempts: Attempts;
	#key: Hmac | undefined;
	readonly #signIns = new SignIns();
	readonly #checks: RunningChecks;
	/** One for each role: a viewer must not displace the admin's. */
	#nonces: Readonly<Record<Role, Nonces>> | undefined;
	readonly #now: () => number;
	readonly #digest: unknown;
	#changing = false;
	/** Called when the passwords or the pictures' token have changed, with the request that changed the passwords, if it was one. */
	onChange: ((by: Request | undefined) => void) | undefined;

	/**
	 * Throws an Error if what it received are not hashes, or if there is a viewer's without an admin's: nobody must
	 * believe that a device is closed if it is not.
	 */
	constructor({ configured = {}, stored, keep = () => {}, digest, now = Date.now }: PasswordsOptions = {}) {
		for (const hash of [configured.admin, configured.viewer]) {
			if (hash !== undefined && !isPasswordHash(hash))
				throw new Error(
					"the configured password is not hashed: give it as --admin-password or --viewer-password",
				);
		}
		if (configured.viewer !== undefined && configured.admin === undefined)
			throw new Error("a viewer's password cannot be set without an admin's");
		this.#configured = configured;
		this.#keep = keep;
		this.#attempts = new Attempts(now);
		this.#checks = new RunningChecks(this.#attempts);
		this.#digest = digest;
		this.#now = now;
		this.#hashes = hashesOf(stored, configured);
	}

	/** Reports whether anything requires a password. */
	get closed(): boolean {
		return this.#hashes.admin !== undefined;
	}

	/** Reports whether there is a password for a role. */
	has(role: Role): boolean {
		return this.#hashes[role] !== undefined;
	}

	/**
	 * Returns a bearer token (RFC 6750) for scripts, valid until that role's password changes, or undefined if the role
	 * has no password. It derives from the password's hash, so nothing more has to be stored.
	 */
	token(role: Role): string | undefined {
		const hash = this.#hashes[role];
		return hash === undefined
			? undefined
			: `${role}.${hex(new Hmac(utf8Of(hash)).digest(utf8Of("yieldcam bearer token")))}`;
	}

	/** Returns what admits a role's requests until its password changes. Returns undefined if there is no role. */
	pass(role: Role | undefined): string | undefined {
		return role && this.#hashes[role];
	}

	/** Reports whether a pass is still valid. */
	isGood(pass: string | undefined): boolean {
		const { admin, viewer, pictures } = this.#hashes;
		return !this.closed || (pass !== undefined && (pass === admin || pass === viewer || pass === pictures));
	}

	/** The token in addresses of pictures; undefined if there is none. */
	get pictureToken(): string | undefined {
		return this.#hashes.pictures;
	}

	/**
	 * Makes a new token for the addresses of pictures, or revokes it. The old one is no longer good, and streams that it
	 * admitted end. A change of the passwords revokes it, too. Throws an HttpError 409 if there is no password, or during a
	 * change.
	 */
	changePictureToken(token: string | undefined): void {
		if (!this.closed) throw new HttpError(409, "there is no password, so everybody may see the pictures");
		if (this.#changing) throw new HttpError(409, "the passwords are being changed");
		this.#hashes = { ...this.#hashes, pictures: token };
		this.store();
		this.onChange?.(undefined);
	}

	/**
	 * Adds the fields that ask for credentials, the best first, to the response to a request that had no right ones. Digest
	 * is not offered to a client whose address a proxy changes.
	 */
	challenge(request: Request, response: Response, verdict: Verdict): void {
		const realm = verdict === "elsewhere" ? undefined : this.realm,
			stale = verdict === "stale",
			agent = request.headers.get("user-agent") ?? "";
		const add = (challenge: string): void => response.headers.append("WWW-Authenticate", challenge);
		// Clients of RTSP fail if they are offered Digest with SHA-256, even beside Basic.
		if (
			realm !== undefined &&
			!request.rtsp &&
			(stale || this.#digest === "always" || DIGEST_AGENTS.some((name) => agent.includes(name)))
		)
			add(
				'Digest realm="' +
					realm +
					'", qop="auth", algorithm=SHA-256, charset=UTF-8, nonce="' +
					this.nonces.admin.make() +
					(stale ? '", stale=true' : '"'),
			);
		add('Basic realm="yieldcam", charset="UTF-8"'); // RFC 7617; tokens need no challenge
	}

	/**
	 * Returns how often an address has recently failed to give a password: 0 if never, -1 if a viewer has signed in from
	 * it, and -2 if the admin has.
	 */
	suspicion(address: string): number {
		if (!this.closed) return 0;
		const network = networkOf(address);
		const failures = this.#attempts.count(network);
		if (failures > 0) return failures;
		return this.hasSignedIn(network, "admin") ? -2 : this.hasSignedIn(network, "viewer") ? -1 : 0;
	}

	/**
	 * Returns the role of a request. Throws or rejects with an HttpError (429 or 503) if its address has to wait, which
	 * costs next to nothing. An address that has signed in waits only if its credentials are not remembered, no matter
	 * what others do behind the same proxy.
	 *
	 * @param again Whether this was called for the request before: Digest's counts are valid once.
	 */
	role(request: Request, again = false): Verdict | Promise<Verdict> {
		// As text, a longer field would cost as much as a request does.
		const field = request.headers.getShort("authorization", MAX_DIGEST_LENGTH + request.target.length);
		if (field === undefined) return undefined;
		const network = networkOf(request.remoteAddress ?? "");
		if (this.#signIns.has(network)) {
			// Each of a client's requests goes through this.
			const role =
				field.length <= MAX_FIELD_LENGTH
					? this.#signIns.roleOf(this.key.half(utf8Of(field)), network)
					: undefined;
			if (role !== undefined) return role;
		} else if (!this.hasNonce(network, "admin") && !this.hasNonce(network, "viewer")) this.#attempts.check(network);
		if (schemeOf(field) === "digest") return this.digest(digestParams(parameterOf(field)), request, network, again);
		return mayBeCredentials(field) ? this.credentials(field, request, network) : this.refuse(network);
	}

	/**
	 * Sets the given passwords, and removes those that are null. Without an admin's there is no viewer's. Throws an
	 * HttpError 409 during another change.
	 *
	 * @param by The request that asks for it, which the change does not withdraw.
	 */
	async change(
		{ admin, viewer }: { readonly admin?: string | null | undefined; readonly viewer?: string | null | undefined },
		by?: Request,
	): Promise<void> {
		if (this.#changing) throw new HttpError(409, "the passwords are being changed");
		this.#changing = true;
		try {
			const old = this.#hashes,
				realm = digestPart(old.admin)[0] ?? digestPart(old.viewer)[0] ?? "yieldcam-" + hex(randomBytes(8));
			const hash = async (role: Role, password: string | null | undefined): Promise<string | undefined> => {
				if (password === undefined || password === null) return password === null ? undefined : old[role];
				const hashed = await hashPassword(password, randomBytes(16));
				return this.#digest === "off"
					? hashed
					: hashed + "." + realm + "." + digestSecret(role, realm, password);
			};
			const hashes = { admin: await hash("admin", admin), viewer: await hash("viewer", viewer) };
			this.#hashes = hashes.admin === undefined ? {} : hashes;
			this.#signIns.forget();
			this.#nonces?.admin.forget();
			this.#nonces?.viewer.forget();
			this.#checks.endAll(); // they say nothing about the new passwords
			this.store();
			this.onChange?.(by);
		} finally {
			this.#changing = false;
		}
	}

	private store(): void {
		this.#keep({ ...this.#hashes, configured: this.#configured.admin });
	}

	/**
	 * A key of this run, without which the remembered credentials are worth nothing. Created when it is first needed:
	 * esp_random() has the radio's noise only once Wi-Fi is up.
	 */
	private get key(): Hmac {
		return (this.#key ??= new Hmac(randomBytes(32)));
	}

	private get nonces(): Readonly<Record<Role, Nonces>> {
		return (this.#nonces ??= { admin: new Nonces(this.key, this.#now), viewer: new Nonces(this.key, this.#now) });
	}

	private hasSignedIn(network: string, role: Role): boolean {
		return this.#signIns.has(network, role) || this.hasNonce(network, role);
	}

	/** Reports whether somebody in that role uses a nonce at this network. */
	private hasNonce(network: string, role: Role): boolean {
		return this.#nonces?.[role].has(network) ?? false;
	}

	/**
	 * The realm of Digest; undefined without Digest. A browser that is offered Digest uses nothing else, so everybody
	 * who signs in must be able to use it.
	 */
	private get realm(): string | undefined {
		const hashes = this.#hashes,
			realm = digestPart(hashes.admin)[0];
		return this.#digest !== "off" && (hashes.viewer === undefined || digestPart(hashes.viewer)[0] === realm)
			? realm
			: undefined;
	}

	/** Counts credentials that are wrong at first sight as a failed attempt, without computing anything. */
	private refuse(network: string, role?: Role): undefined {
		this.#attempts.check(network);
		this.#attempts.failed(network, role);
		return undefined;
	}

	private digest(params: DigestParams | undefined, request: Request, network: string, again: boolean): Verdict {
		const role = roleOf(params?.get("username")),
			realm = this.realm;
		const secret = realm === undefined ? undefined : digestPart(this.pass(role))[1];
		if (!params || role === undefined || secret === undefined || !isComplete(params, realm!))
			return this.refuse(network, role);
		const nonce = params.get("nonce")!;
		const inUse = this.#nonces?.[role].userOf(nonce) === role;
		if (!inUse) this.#attempts.check(network);
		if (!isDigest(params, secret, request.method)) {
			this.#attempts.failed(network, role);
			return undefined;
		}
		if (!isSigned(params.get("uri")!, request)) return "elsewhere";
		if (!again && !this.nonces[role].take(nonce, params.get("nc")!, role, network)) return "stale";
		// Otherwise each request of a signed-in client would forgive what others do at its address.
		if (!inUse) this.#attempts.succeeded(network, role);
		return role;
	}

	/** Checks Basic or Bearer, in a field that may be right. */
	private credentials(
		field: string,
		request: Request,
		network: string,
	): Role | undefined | Promise<Role | undefined> {
		const digest = this.key.half(utf8Of(field));
		const known = this.#signIns.roleOf(digest, network);
		if (known !== undefined) return known;
		const pending = this.#checks.of(network);
		// A browser sends the same credentials at once for everything that a page needs.
		if (pending && timingSafeEqual(pending.digest, digest)) {
			if (!request.acquireHandler()) throw tooManyWait();
			return pending.join(request);
		}
		this.#attempts.check(network);
		const credentials = credentialsOf(field);
		if (credentials && "token" in credentials) {
			const { token } = credentials,
				role = roleOf(token.slice(0, token.indexOf(".")));
			if (role === undefined || !this.has(role)) return this.refuse(network, role);
			return this.checked(network, digest, role, isSame(this.token(role)!, token));
		}
		const role = roleOf(credentials?.user),
			hash = this.pass(role);
		if (!credentials || role === undefined || hash === undefined) return this.refuse(network, role);
		// Uses the quick hash if there is one, as Digest needs it: a slow one would only make others wait.
		const [realm, secret] = digestPart(hash);
		if (secret !== undefined) {
			return this.checked(network, digest, role, isSame(digestSecret(role, realm, credentials.password), secret));
		}
		if (pending)
			throw new HttpError(429, "another password from this address is being checked", { "Retry-After": 1 });
		const check = this.#checks.begin(network, role, digest, request);
		void isPassword(credentials.password, hash, check).then((isRight) => {
			if (!check.over) this.#checks.end(check).settle(this.checked(network, digest, role, isRight));
		});
		return check.join(request);
	}

	private checked(network: string, digest: Uint8Array, role: Role, isRight: boolean): Role | undefined {
		if (!isRight) {
			this.#attempts.failed(network, role);
			return undefined;
		}
		this.#attempts.succeeded(network, role);
		this.#signIns.add(digest, role, network);
		return role;
	}
}
