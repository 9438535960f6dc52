import { sameOriginGuard } from "../access/same-origin-guard.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { Response } from "../http/response.ts";
import { Router } from "../http/router.ts";
import type { Store } from "../settings/store.ts";
import type { AppOptions } from "./app.ts";
import { LOG, respondWithLog } from "./log-api.ts";
import { addNetwork, NETWORK, SCAN } from "./network-api.ts";
import { page } from "./page.ts";
import { passwordsOf, accessControl } from "./access-control.ts";

export interface WithoutCameraOptions extends Pick<AppOptions, "page" | "system" | "config" | "logTail" | "network"> {
	/** Where passwords may be stored. */
	readonly settings?: { readonly store: Store };
}

/**
 * Creates the handler that replaces the app while its camera does not open, for the same clients. It serves the page at
 * `/`, the available part of the state with the `fault` at `/api/state`, the log, and the reason everywhere else (503).
 */
export function withoutCamera(
	reason: () => string,
	{ page: resource, system, settings, logTail, network, config = {} }: WithoutCameraOptions,
): Handler {
	const paged = resource && page(resource);
	const router = network && addNetwork(new Router(), network);
	const stored = settings && readStored(settings.store);
	const handler =
		(known: AppOptions["system"], name?: unknown, tail?: AppOptions["logTail"], routes?: Router): Handler =>
		(request) => {
			const { path } = request,
				reads = request.method === "GET" || request.method === "HEAD";
			if (routes && (path === NETWORK || path === SCAN)) return routes.handle(request);
			if (tail && path === LOG && reads) return respondWithLog(request, tail);
			if (path === "/api/state" && reads)
				return Response.json({
					name: typeof name === "string" ? name : undefined,
					viewers: [],
					rssi: known?.rssi,
					memory: known?.memory,
					restart: known?.restart,
					safe: known?.safe,
					fault: reason(),
				});
			if (paged && path === "/" && !request.query.has("action")) return paged(request);
			throw new HttpError(503, reason(), { "Retry-After": 1 });
		};
	try {
		// Nobody changes the passwords here.
		const passwords = passwordsOf(config, stored?.access, () => {});
		return accessControl(handler(system, stored?.name, logTail, router), passwords, config);
	} catch {
		// The configuration is invalid. The reason why it does not open says that as well, and everybody may read it.
		return sameOriginGuard(handler(undefined));
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
