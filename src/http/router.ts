import type { Handler } from "./handler.ts";
import { HttpError, tooManyWait } from "./http-error.ts";
import { MALFORMED, NO_PARAMS, type Params, Pattern } from "./syntax/pattern.ts";
import type { Request } from "./request.ts";
import { Response } from "./response.ts";

interface Route {
	readonly method: string;
	/** Undefined if it has no gaps: then it matches the path that is its text. */
	readonly pattern: Pattern | undefined;
	readonly handler: Handler;
	/** Whether its handler has ever returned a promise, or switched protocols, without a handler place. */
	waits: boolean;
}

/**
 * Finds the handler for a request: that of the first added route whose method and pattern match. GET routes also answer
 * HEAD. The router itself answers OPTIONS, 404 and 405.
 *
 * @example
 * const router = new Router()
 * 	.get("/api/frames/:id", ({ params }) => Response.json({ id: params.id }))
 * 	.put("/api/settings", async (request) => apply(await request.json()));
 * new Server({ io: Listener, port: 80, handler: router });
 */
export class Router {
	readonly #routes: Route[] = [];
	/** The text of each route's pattern. */
	readonly #paths: string[] = [];
	/** Whether any pattern has gaps. */
	#hasGaps = false;

	/** Adds a route for GET and HEAD. Throws as `route` does. */
	get(pattern: string, handler: Handler): this {
		return this.route("GET", pattern, handler);
	}

	/** Adds a route for POST. Throws as `route` does. */
	post(pattern: string, handler: Handler): this {
		return this.route("POST", pattern, handler);
	}

	/** Adds a route for PUT. Throws as `route` does. */
	put(pattern: string, handler: Handler): this {
		return this.route("PUT", pattern, handler);
	}

	/** Adds a route for PATCH. Throws as `route` does. */
	patch(pattern: string, handler: Handler): this {
		return this.route("PATCH", pattern, handler);
	}

	/** Adds a route for DELETE. Throws as `route` does. */
	delete(pattern: string, handler: Handler): this {
		return this.route("DELETE", pattern, handler);
	}

	/**
	 * Adds a route for any method. Throws a TypeError if the pattern does not begin with "/", and if the method has a route
	 * with this pattern already: the first one wins, so this one would never be called.
	 *
	 * @param pattern A path, in which a segment `:name` captures one segment and a last `*` the rest.
	 */
	route(method: string, pattern: string, handler: Handler): this {
		const parsed = new Pattern(pattern);
		if (this.#routes.some((other, i) => other.method === method && this.#paths[i] === pattern))
			throw new TypeError(`${method} ${pattern} has a route already`);
		this.#hasGaps ||= parsed.hasGaps;
		// Most patterns have no gaps. Then their text is all that is kept of them.
		this.#routes.push({ method, pattern: parsed.hasGaps ? parsed : undefined, handler, waits: false });
		this.#paths.push(pattern);
		return this;
	}

	/**
	 * Answers a request. This needs no socket: a test can pass a Request and inspect the Response. Throws what the
	 * handler throws, and an HttpError 503 if too many handlers wait.
	 */
	handle(request: Request): Response | Promise<Response> {
		const { method, path } = request;
		const route = this.find(method, request) ?? (method === "HEAD" ? this.find("GET", request) : undefined);
		if (request.params === MALFORMED) return new HttpError(400, "malformed percent-encoding").responseAt(path);
		if (route) return this.call(route, request);
		const allowed = this.allowed(path);
		if (allowed.size === 0 && path !== "*") return new HttpError(404).responseAt(path);
		const headers = { Allow: Array.from(allowed.add("OPTIONS")).join(", ") };
		if (method === "OPTIONS") return new Response(null, { status: 204, headers });
		return new HttpError(405, undefined, headers).responseAt(path);
	}

	/**
	 * A handler cannot be canceled once called, so a route that is known to wait reserves its place first. The first call of
	 * an asynchronous handler is not known to wait. A handler that reserves a place itself when it waits is not delayed when
	 * it does not.
	 */
	private call(route: Route, request: Request): Response | Promise<Response> {
		if (route.waits && !request.acquireHandler()) throw tooManyWait();
		const response = route.handler(request);
		if (response instanceof Promise || response?.protocol !== undefined) route.waits ||= !request.hasHandler;
		return response;
	}

	private find(method: string, request: Request): Route | undefined {
		const routes = this.#routes,
			paths = this.#paths,
			{ path } = request;
		// The engine compares texts faster than a loop of the script does.
		let found = paths.indexOf(path);
		while (found >= 0 && (routes[found].method !== method || routes[found].pattern))
			found = paths.indexOf(path, found + 1);
		// Routes before it may match in another way. No for-of: see docs/writing-for-xs.md.
		if (this.#hasGaps || path.includes("%")) {
			const end = found < 0 ? routes.length : found;
			for (let i = 0; i < end; i++) {
				const route = routes[i];
				if (route.method !== method) continue;
				const params = this.match(i, path);
				if (!params) continue;
				request.params = params;
				return route;
			}
		}
		return found < 0 ? undefined : routes[found];
	}

	private match(index: number, path: string): Params | undefined {
		const { pattern } = this.#routes[index];
		if (pattern) return pattern.match(path);
		const text = this.#paths[index];
		if (text === path) return NO_PARAMS;
		return path.includes("%") ? new Pattern(text).match(path) : undefined;
	}

	/** Returns the methods that this path allows, or those of all paths for "*" (RFC 9110, 9.3.7). */
	private allowed(path: string): Set<string> {
		const methods = new Set<string>();
		this.#routes.forEach(({ method }, index) => {
			if (path !== "*" && !this.match(index, path)) return;
			methods.add(method);
			if (method === "GET") methods.add("HEAD");
		});
		return methods;
	}
}
