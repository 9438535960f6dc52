import { authenticate } from "../access/authenticate.ts";
import { UnsafeMethods } from "../access/unsafe-methods.ts";
import { sameOriginGuard } from "../access/same-origin-guard.ts";
import { Passwords } from "../access/passwords.ts";
import { hasPictureToken } from "../access/picture-token.ts";
import { anyOrigin } from "../compatibility/cors.ts";
import { COMMANDS } from "../compatibility/commands.ts";
import { trimBlanks } from "../http/syntax/ascii.ts";
import { LOG } from "./log-api.ts";
import { NETWORK, SCAN } from "./network-api.ts";
import type { Handler } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";

/** The addresses of pictures and streams. */
const PICTURES: readonly string[] = Object.freeze(["/stream", "/capture", "/snapshot", "/bmp", "/api/stream"]);

/** What pages of other sites may read beside them. */
const STATES: readonly string[] = Object.freeze(["/status", "/state"]);

/** The program's configuration; see `AppOptions`. */
export type Config = Readonly<Record<string, unknown>>;

/** Creates the device's passwords. Throws an Error if the configured ones are not hashes. */
export function passwordsOf(config: Config, stored: unknown, keep: (access: unknown) => void): Passwords {
	return new Passwords({
		configured: { admin: text(config["adminPassword"]), viewer: text(config["viewerPassword"]) },
		stored,
		keep,
		digest: config["digest"],
	});
}

/**
 * Wraps a handler with the passwords and the protection against pages of other sites. The lists are the program's own, as in
 * `AppOptions`.
 */
export function accessControl(
	handler: Handler,
	passwords: Passwords,
	config: Config,
	own: readonly string[] = [],
	viewerSockets: readonly string[] = [],
): Handler {
	// A viewer need not know what the log says of others, nor where the camera is.
	const changes = new UnsafeMethods(COMMANDS.concat(LOG, NETWORK, SCAN, own), viewerSockets);
	const showsPicture = (request: Request): boolean =>
		passwords.pictureToken !== undefined && isPicture(request) && hasPictureToken(request, passwords.pictureToken);
	const authenticated = authenticate(handler, passwords, changes, showsPicture);
	const guarded = sameOriginGuard(authenticated, {
		commands: changes,
		allowedHosts: names(config["allowedHosts"]),
		sharing: (request) => !passwords.closed || config["sharing"] === "always" || showsPicture(request),
		frameAncestors: names(config["frameAncestors"]),
	});
	return (request) => {
		if (!request.rtsp) return guarded(request);
		// No page can send RTSP. Clients ask for the methods before they know that there is a password.
		return request.method === "OPTIONS" ? handler(request) : authenticated(request);
	};
}

/**
 * Answers a browser that asks whether a page of another site may send fields with a request for what it may read: a picture, or
 * the state (CORS-preflight fetch, Fetch Standard, 4.8). Returns undefined for any other request. X-Requested-With must not be among the fields: see
 * `isCrossSite`.
 */
export function preflight(request: Request): Response | undefined {
	if (request.method !== "OPTIONS" || !(isPicture(request) || STATES.includes(request.path))) return undefined;
	const headers = { Allow: "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "Cache-Control, Pragma, Range" };
	return anyOrigin(new Response(null, { status: 204, headers }));
}

/** Whether a request is for one of the firmware's pictures or streams. */
function isPicture(request: Request): boolean {
	const { method, path, query } = request;
	if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") return false;
	// A picture's token opens pictures only, and not the state and the controls between them.
	return PICTURES.includes(path) ? !query.has("events") : path === "/" && query.has("action");
}

function text(value: unknown): string | undefined {
	// oxlint-disable-next-line typescript/no-base-to-string -- what a manifest gives instead of text shows as what it is
	return value === undefined ? undefined : String(value);
}

function names(list: unknown): string[] {
	return typeof list === "string" && trimBlanks(list) !== "" ? list.split(",").map(trimBlanks) : [];
}
