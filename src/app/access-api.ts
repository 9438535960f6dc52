import type { Passwords, Verdict } from "../access/passwords.ts";
import { newPictureToken } from "../access/picture-token.ts";
import type { Role } from "../access/role.ts";
import { Problem } from "../http/problem.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { jsonOf } from "./problems.ts";

/** Bytes. The minimum of NIST SP 800-63B, 5.1.1.2, and the most that fits into every Basic field. */
const MIN_PASSWORD_BYTES = 8;
const MAX_PASSWORD_BYTES = 128;

const ROLES: readonly Role[] = Object.freeze(["admin", "viewer"]);

/**
 * `/api/access`: GET returns which passwords there are, and the client's role with a token for scripts. PUT sets
 * passwords (`{"admin":"…","viewer":"…"}`; null removes one). While there is none, the first client to come may set
 * them.
 *
 * `/api/access/pictures`: POST makes a token for the addresses of pictures (`?token=…`), in place of an older one, and returns
 * it; DELETE revokes it. GET of `/api/access` returns it to the admin.
 */
export function addAccess(router: Router, passwords: Passwords): void {
	const respond = (verdict?: Verdict): Response => {
		const role = verdict === "admin" || verdict === "viewer" ? verdict : undefined;
		return Response.json({
			admin: passwords.has("admin"),
			viewer: passwords.has("viewer"),
			...(role && { role, token: passwords.token(role) }),
			...(role === "admin" && { pictures: passwords.pictureToken ?? null }),
		});
	};
	router.get("/api/access", (request) => {
		const role = passwords.closed ? passwords.role(request, true) : undefined;
		return role instanceof Promise ? role.then(respond) : respond(role);
	});
	router.post("/api/access/pictures", () => {
		const token = newPictureToken();
		passwords.changePictureToken(token);
		return Response.json({ token }, { status: 201 });
	});
	router.delete("/api/access/pictures", () => {
		passwords.changePictureToken(undefined);
		return new Response(null, { status: 204 });
	});
	router.put("/api/access", async (request) => {
		const given = await jsonOf(request, ROLES, (name) => {
			throw new Problem(422, `there is no ${name}, only admin and viewer`, { field: name });
		});
		if (typeof given !== "object" || given === null || Array.isArray(given))
			throw new Problem(422, "the passwords must be an object with admin and viewer");
		const { admin, viewer } = given as Readonly<Record<string, unknown>>;
		const changes = { admin: password("admin", admin), viewer: password("viewer", viewer) };
		if (
			typeof changes.viewer === "string" &&
			(changes.admin === null || (changes.admin === undefined && !passwords.closed))
		)
			throw new Problem(422, "a viewer's password cannot be set without an admin's", { field: "viewer" });
		await passwords.change(changes, request);
		return respond();
	});
}

function password(role: Role, value: unknown): string | null | undefined {
	if (value === undefined || value === null) return value;
	const length = typeof value === "string" ? ArrayBuffer.fromString(value).byteLength : 0;
	if (length < MIN_PASSWORD_BYTES || length > MAX_PASSWORD_BYTES)
		throw new Problem(
			422,
			`${role} must be a password of ${MIN_PASSWORD_BYTES} to ${MAX_PASSWORD_BYTES} bytes, or null`,
			{ field: role },
		);
	return value as string;
}
