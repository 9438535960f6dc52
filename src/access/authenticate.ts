import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { Changes } from "./changes.ts";
import type { Passwords, Verdict } from "./passwords.ts";

/** Once there is a password, lets a viewer read, and an admin do everything. To be used within `guard`. */
export function authenticate(handler: Handler, passwords: Passwords, changes: Changes): Handler {
	const admit = (role: Verdict, request: Request): Response | Promise<Response> => {
		if (role === "stale" || (role === undefined && passwords.closed)) {
			const { response } = new HttpError(401, "the name is admin or viewer, and the password is missing or wrong");
			passwords.challenge(request, response, role !== undefined);
			return response;
		}
		if (role === "viewer" && changes.isChange(request))
			throw new HttpError(403, "a viewer changes nothing: that takes the admin's password");
		return handler(request);
	};
	return (request) => {
		const role = passwords.closed ? passwords.role(request) : undefined;
		return role instanceof Promise ? role.then(found => admit(found, request)) : admit(role, request);
	};
}
