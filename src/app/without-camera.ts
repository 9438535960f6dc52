import { sameOriginGuard } from "../access/same-origin-guard.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Store } from "../settings/store.ts";
import type { AppOptions } from "./app.ts";
import { page } from "./page.ts";
import { passwordsOf, accessControl } from "./access-control.ts";

export interface WithoutCameraOptions extends Pick<AppOptions, "page" | "system" | "config"> {
	/** Where passwords may be stored. */
	readonly settings?: { readonly store: Store };
}

/**
 * Creates the handler that replaces the app while its camera does not open, for the same clients. It serves the page at
 * `/`, the available part of the state with the `fault` at `/api/state`, and the reason everywhere else (503).
 */
export function withoutCamera(
	reason: () => string,
	{ page: resource, system, settings, config = {} }: WithoutCameraOptions,
): Handler {
	const paged = resource && page(resource);
	const refuse = (): never => {
		throw new HttpError(503, reason(), { "Retry-After": 1 });
	};
	const stored = settings && readStored(settings.store);
	const handle = (request: Request): ReturnType<Handler> => {
		if (request.path === "/api/state" && (request.method === "GET" || request.method === "HEAD"))
			return Response.json({
				name: typeof stored?.name === "string" ? stored.name : undefined,
				viewers: [],
				rssi: system?.rssi,
				memory: system?.memory,
				restart: system?.restart,
				safe: system?.safe,
				fault: reason(),
			});
		return paged && request.path === "/" && !request.query.has("action") ? paged(request) : refuse();
	};
	try {
		// Nobody changes the passwords here.
		return accessControl(
			handle,
			passwordsOf(config, stored?.access, () => {}),
			config,
		);
	} catch {
		// The configured values are not passwords. The reason why it does not open says that as well.
		return sameOriginGuard(refuse);
	}
}

/** Returns what `Settings` has stored. */
function readStored(store: Store): { readonly access?: unknown; readonly name?: unknown } | undefined {
	try {
		return JSON.parse(store.read() ?? "null") ?? undefined;
	} catch {
		return undefined;
	}
}
