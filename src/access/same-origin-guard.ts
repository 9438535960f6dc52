import { isHostName } from "../http/syntax/characters.ts";
import { parseOrigin } from "../http/syntax/origin.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { UnsafeMethods } from "./unsafe-methods.ts";
import { allowedNames, isOwnHost } from "./hosts.ts";
import { isCrossSite } from "./cross-site.ts";

export interface GuardOptions {
	/** Addresses that change something although the method is GET, as patterns of the router. */
	readonly commands?: readonly string[] | UnsafeMethods;
	/**
	 * DNS names by which a proxy or the network's own DNS lets people reach this device. Pages there are this device's own
	 * at the scheme's port, and at a port that follows a name, such as camera.example.org:8443. A name that begins with a
	 * dot, such as .example.org, stands for all names in that domain. Addresses, names without a dot, and those in .local,
	 * .home.arpa and .internal are always the device's own.
	 */
	readonly allowedHosts?: readonly string[];
	/** Whether pages of other sites may show what the request asks for, and read what is readable to all of them. Default: yes. */
	readonly sharing?: (request: Request) => boolean;
	/** Origins of other sites whose pages may have this device's in a frame, such as http://homeassistant.local:8123. Default: none. */
	readonly frameAncestors?: readonly string[];
}

/**
 * Prevents strangers' web pages from using the browser of somebody at home. It refuses requests that change something
 * from other sites (403), and every request for a name that is not the device's (421, against DNS rebinding). Responses
 * get the header fields by which browsers enforce the same.
 *
 * Throws a TypeError if `allowedHosts` has something else than DNS names, or `frameAncestors` something else than origins.
 *
 * It ignores X-Forwarded-Host, since a client that gets here past the proxy can put anything into it.
 *
 * @example
 * device.serve(() => sameOriginGuard(router, { commands: ["/led"], allowedHosts: ["camera.example.org"] }));
 */
export function sameOriginGuard(
	handler: Handler | { handle: Handler },
	{ commands, allowedHosts: names = [], sharing = () => true, frameAncestors = [] }: GuardOptions = {},
): Handler {
	const allowedHosts = allowedNames(names),
		framing = framingPolicy(frameAncestors);
	const changes = commands instanceof UnsafeMethods ? commands : new UnsafeMethods(commands);
	const handle: Handler = typeof handler === "function" ? handler : (request) => handler.handle(request);
	// Nearly all requests of a device name the same host.
	let own: string | undefined;
	const inner: Handler = (request) => {
		if (request.host !== own) {
			checkHost(request.host, allowedHosts);
			own = request.host;
		}
		if (changes.isUnsafe(request) && isCrossSite(request, allowedHosts))
			throw new HttpError(
				403,
				`a page of another site may have sent this, so it was refused. The device's own page and programs other than browsers may send it. A program that calls itself Mozilla has to send the field "Origin: http://${request.host}". Behind a proxy with a name of its own, allow that name with --allowed-hosts`,
			);
		return handle(request);
	};
	return (request) => settle(inner, request, (response) => shield(response, sharing(request), framing));
}

/**
 * Answers with the handler's response, including that of an HttpError that it throws, after passing it through
 * `finish`. Async only if the handler is.
 */
export function settle(
	handler: Handler,
	request: Request,
	finish: (response: Response) => Response,
): Response | Promise<Response> {
	try {
		const response = handler(request);
		return response instanceof Promise
			? response.then(finish, (error) => finish(answer(error, request)))
			: finish(response);
	} catch (error) {
		return finish(answer(error, request));
	}
}

function answer(error: unknown, { path }: Request): Response {
	if (error instanceof HttpError) return error.responseAt(path);
	throw error; // to the server, which logs it
}

function checkHost(host: string, allowedHosts: readonly string[]): void {
	if (!isOwnHost(host, allowedHosts))
		throw new HttpError(
			421,
			`${host} is not known as a name of this device (a protection against DNS rebinding). If it is one, allow it with --allowed-hosts, or use the device's address`,
		);
}

/** The policy for frames if no other site may have the device's pages in one. */
const OWN_FRAMES = "frame-ancestors 'self'";

/** Returns the policy for frames (CSP Level 3, 6.4.2). */
function framingPolicy(origins: readonly string[]): string {
	origins.forEach((text) => {
		const origin = parseOrigin(text);
		if (!origin || !(origin.port > 0) || text.indexOf("/", 8) >= 0 || !isHostName(origin.name))
			throw new TypeError(
				`"${text}" is not the origin of a site that may show this device's pages in a frame, such as http://homeassistant.local:8123`,
			);
	});
	return [OWN_FRAMES, ...origins].join(" ");
}

/** Sets fields only if the handler has not: a program may know better. */
function shield(response: Response, sharing: boolean, framing: string): Response {
	if (!(response instanceof Response)) return response; // a mistake of the handler, which the server reports
	const { headers } = response;
	headers.setDefault("X-Content-Type-Options", "nosniff");
	// Other sites get no referrer. To this one it is how an old browser, or one without HTTPS, proves where it is (see
	// isCrossSite).
	headers.setDefault("Referrer-Policy", "same-origin");
	if (!sharing) {
		headers.delete("Access-Control-Allow-Origin");
		if (headers.get("cross-origin-resource-policy") === "cross-origin")
			headers.delete("Cross-Origin-Resource-Policy");
		// A browser also sends the password that it knows with requests for images on other sites' pages.
		headers.setDefault("Cross-Origin-Resource-Policy", "same-origin");
	}
	if (headers.get("access-control-allow-origin") === "*") {
		// What every site may read need not be kept out of frames, in which dashboards show streams. A page with an embedder
		// policy has only frames that have one, too (HTML Living Standard, 7.1.4).
		headers.setDefault("Cross-Origin-Embedder-Policy", "require-corp");
	} else {
		headers.setDefault("Content-Security-Policy", framing);
		if (sharing && framing !== OWN_FRAMES) headers.setDefault("Cross-Origin-Resource-Policy", "cross-origin");
	}
	return response;
}
