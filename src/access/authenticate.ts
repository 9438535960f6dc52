import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request, RequestWatcher } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { UnsafeMethods } from "./unsafe-methods.ts";
import type { Passwords, Verdict } from "./passwords.ts";

/**
 * Once there is a password, lets a viewer read, and an admin do everything. Streams are ended whose viewers it does not
 * let in any longer, since a password was set or changed. To be used within `guard`.
 */
export function authenticate(handler: Handler, passwords: Passwords, changes: UnsafeMethods): Handler {
	const streams = new Streams();
	passwords.onChange = () => streams.endUnless((pass) => passwords.isGood(pass));
	const admit = (role: Verdict, request: Request): Response | Promise<Response> => {
		if (role === "stale" || (role === undefined && passwords.closed)) {
			const { response } = new HttpError(
				401,
				"the name is admin or viewer, and the password is missing or wrong",
			);
			passwords.challenge(request, response, role !== undefined);
			return response;
		}
		if (role === "viewer" && changes.isUnsafe(request))
			throw new HttpError(403, "a viewer changes nothing: that takes the admin's password");
		if (role === "admin") request.markTrusted();
		const pass = passwords.pass(role);
		const watch = (response: Response): Response => {
			// One that says how long it is, is over soon, and would be broken.
			if (!(response instanceof Response) || response.bytes || response.headers.has("content-length"))
				return response;
			if (!passwords.isGood(pass)) {
				// it changed while the handler worked: whoever comes again is asked
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
		const role = passwords.closed ? passwords.role(request) : undefined;
		return role instanceof Promise ? role.then((found) => admit(found, request)) : admit(role, request);
	};
}

/** Those who were let in to a stream, while it lasts. */
class Streams implements RequestWatcher {
	#all: readonly { readonly request: Request; readonly pass: string | undefined }[] = [];

	/** @param pass What let it in, as `Passwords.pass` says. */
	add(request: Request, pass: string | undefined): void {
		this.#all = this.#all.concat({ request, pass });
		request.onFinished(this);
	}

	finished(request: Request): void {
		this.#all = this.#all.filter((stream) => stream.request !== request);
	}

	endUnless(isGood: (pass: string | undefined) => boolean): void {
		this.#all.forEach(({ request, pass }) => {
			if (!isGood(pass)) request.abort();
		});
	}
}
