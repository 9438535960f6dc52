import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request, RequestWatcher } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { UnsafeMethods } from "./unsafe-methods.ts";
import type { Passwords, Verdict } from "./passwords.ts";

/**
 * Once there is a password, lets a viewer read, and an admin do everything. When a password is set or changed, ends the
 * streams of clients that it no longer admits. Must be used within `sameOriginGuard`.
 */
export function authenticate(handler: Handler, passwords: Passwords, changes: UnsafeMethods): Handler {
	const streams = new Streams();
	passwords.onChange = () => streams.endUnless((pass) => passwords.isGood(pass));
	const admit = (role: Verdict, request: Request): Response | Promise<Response> => {
		if (role === "stale" || (role === undefined && passwords.closed)) {
			const { response } = new HttpError(
				401,
				"the name must be admin or viewer, and the password is missing or wrong",
			);
			passwords.challenge(request, response, role !== undefined);
			return response;
		}
		if (role === "viewer" && changes.isUnsafe(request))
			throw new HttpError(403, "a viewer cannot change anything: that requires the admin's password");
		if (role === "admin") request.markTrusted();
		const pass = passwords.pass(role);
		const watch = (response: Response): Response => {
			// A response of known length is over soon, and ending it would break it.
			if (!(response instanceof Response) || response.bytes || response.headers.has("content-length"))
				return response;
			if (!passwords.isGood(pass)) {
				// it changed while the handler worked; the client must sign in again
				response.close(request);
				throw new HttpError(503);
			}
			streams.add(request, pass);
			return response;
		};
		const response = handler(request);
		return response instanceof Promise ? response.then(watch) : watch(response);
	};
	return (request) => {
		const role = passwords.closed ? passwords.role(request, request.retried) : undefined;
		return role instanceof Promise ? role.then((found) => admit(found, request)) : admit(role, request);
	};
}

/** The streams that were admitted and are still being sent. */
class Streams implements RequestWatcher {
	#all: readonly { readonly request: Request; readonly pass: string | undefined }[] = [];

	/** @param pass The pass that admitted it, as returned by `Passwords.pass`. */
	add(request: Request, pass: string | undefined): void {
		this.#all = this.#all.concat({ request, pass });
		request.onFinished(this);
	}

	finished(request: Request): void {
		this.#all = this.#all.filter((stream) => stream.request !== request);
	}

	/** Aborts the streams whose pass is not good. */
	endUnless(isGood: (pass: string | undefined) => boolean): void {
		this.#all.forEach(({ request, pass }) => {
			if (!isGood(pass)) request.abort();
		});
	}
}
