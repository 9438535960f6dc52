import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request, RequestWatcher } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { MAX_FIELD_LENGTH } from "./credentials.ts";
import type { UnsafeMethods } from "./unsafe-methods.ts";
import type { Passwords, Verdict } from "./passwords.ts";
import { pictureTokenOf } from "./picture-token.ts";

const SIGN_OUT = "/api/access/sign-out";

/**
 * Once there is a password, lets a viewer read, and an admin do everything. When a password is set or changed, withdraws the
 * requests that it no longer admits: streams end, a handler that waits for content gets none, and one that waits for anything
 * else has its response replaced by a 503. Must be used within `sameOriginGuard`.
 *
 * @param showsPicture Whether a request only shows a picture, and the picture token in its address admits it.
 */
export function authenticate(
	handler: Handler,
	passwords: Passwords,
	changes: UnsafeMethods,
	showsPicture: (request: Request) => boolean = () => false,
): Handler {
	const admitted = new AdmittedRequests(passwords);
	passwords.onChange = (by) => admitted.withdraw(by);
	const admit = (role: Verdict, request: Request): Response | Promise<Response> => {
		if (role === "stale" || role === "elsewhere" || (role === undefined && passwords.closed)) {
			const response = new HttpError(401, refusal(role, request)).responseAt(request.path);
			passwords.challenge(request, response, role);
			return response;
		}
		if (role === "viewer" && changes.requiresAdmin(request))
			throw new HttpError(403, "a viewer may only watch: that requires the admin's password");
		if (role === "admin") request.markTrusted();
		return respond(request, passwords.pass(role));
	};
	const respond = (request: Request, pass: string | undefined): Response | Promise<Response> => {
		const response = handler(request);
		if (!(response instanceof Promise)) {
			if (isStream(response)) admitted.addStream({ request, pass });
			return response;
		}
		const admission = admitted.addRunning(request, pass);
		return response.then(
			(late) => {
				admitted.finished(request);
				if (!passwords.isGood(admission.pass)) {
					late.close(request);
					throw new HttpError(503);
				}
				// Aborting a response of known length would truncate it, and it ends soon anyway.
				if (isStream(late)) admitted.addStream(admission);
				return late;
			},
			(error) => {
				admitted.finished(request);
				throw error;
			},
		);
	};
	return (request) => {
		if (passwords.closed && showsPicture(request)) return respond(request, passwords.pictureToken);
		if (passwords.closed && request.path === SIGN_OUT) return signOut(request, passwords);
		const role = passwords.closed ? passwords.role(request, request.retried) : undefined;
		return role instanceof Promise ? role.then((found) => admit(found, request)) : admit(role, request);
	};
}

/**
 * Answers a browser that signs out. Browsers have no way to forget a password; but one that was refused without a password,
 * and then succeeds with a name that nobody has, remembers that name in place of the user's. So this checks no password, and
 * does nothing.
 */
function signOut(request: Request, passwords: Passwords): Response {
	if (request.headers.has("authorization")) return new Response(null, { status: 204 });
	const response = new HttpError(401, "this takes any name and password").responseAt(request.path);
	passwords.challenge(request, response, undefined);
	return response;
}

/** Returns the reason for a 401. */
function refusal(verdict: Verdict, request: Request): string {
	if (verdict === "elsewhere")
		return "Digest signed another address: a proxy changes it. Sign in by Basic, or configure digest=off";
	if (
		request.headers.getShort("authorization", MAX_FIELD_LENGTH)?.startsWith("Bearer ") ||
		pictureTokenOf(request) !== undefined
	)
		return "the token is wrong, or was revoked, or is not good for this address";
	return "the name must be admin or viewer, and the password is missing or wrong";
}

/** Reports whether a response may last for long. */
function isStream(response: Response): boolean {
	return response instanceof Response && !response.bytes && !response.headers.has("content-length");
}

/** A request that was admitted. */
interface Admission {
	readonly request: Request;
	/** The pass that admitted it, as returned by `Passwords.pass`. */
	pass: string | undefined;
}

/** The requests that were admitted, and whose handlers are at work, or whose streams are being sent. */
class AdmittedRequests implements RequestWatcher {
	readonly #passwords: Passwords;
	/** Those whose handlers are at work. */
	#running: readonly Admission[] = [];
	/** Those whose responses are being sent, and may last for long. */
	#streams: readonly Admission[] = [];

	constructor(passwords: Passwords) {
		this.#passwords = passwords;
	}

	/** Adds a request whose handler is at work. */
	addRunning(request: Request, pass: string | undefined): Admission {
		const admission = { request, pass };
		this.#running = this.#running.concat(admission);
		request.onFinished(this);
		return admission;
	}

	/** Adds a request whose response may last for long. */
	addStream(admission: Admission): void {
		this.#streams = this.#streams.concat(admission);
		admission.request.onFinished(this);
	}

	finished(request: Request): void {
		const isOther = (admission: Admission): boolean => admission.request !== request;
		this.#running = this.#running.filter(isOther);
		this.#streams = this.#streams.filter(isOther);
	}

	/**
	 * Withdraws the requests whose pass is no longer good.
	 *
	 * @param by The request that changed the passwords, which is answered all the same.
	 */
	withdraw(by: Request | undefined): void {
		this.#streams.forEach(({ request, pass }) => {
			if (!this.#passwords.isGood(pass)) request.abort();
		});
		this.#running.forEach((admission) => {
			const { request, pass } = admission;
			if (this.#passwords.isGood(pass)) return;
			if (request === by) admission.pass = this.#passwords.pass("admin");
			else request.denyContent();
		});
	}
}
