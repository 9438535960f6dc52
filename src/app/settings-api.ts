import type { BusTurn } from "../compatibility/bus-turn.ts";
import { Problem } from "../http/problem.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import type { Settings } from "../settings/settings.ts";
import { attempt, change, jsonOf, problemOf } from "./problems.ts";

/**
 * `/api/settings`: GET exports what is kept across restarts, PUT imports it, PATCH changes the camera's name, DELETE restores
 * the defaults.
 */
export function addSettings(router: Router, settings: Settings, turn: BusTurn): void {
	const respond = (): Response => Response.json(attempt(() => settings.export()));
	router.get("/api/settings", respond);
	router.put("/api/settings", (request) => {
		turn.claim(request);
		const content = jsonOf(request, settings.names, (name, depth) => {
			if (depth > 1) throw problemOf(settings.unknown(name));
		});
		return change(request, turn, content, (saved, done) => settings.import(saved, done), respond);
	});
	router.patch("/api/settings", async (request) => {
		const changes = await jsonOf(request, ["name"], (name) => {
			throw new Problem(422, `PATCH changes the name, and not ${name}`, { field: name });
		});
		if (typeof changes !== "object" || changes === null || Array.isArray(changes))
			throw new Problem(422, "the changes must be an object with the name");
		const { name } = changes as { readonly name?: unknown };
		if (name !== undefined) attempt(() => (settings.name = name));
		return respond();
	});
	router.delete("/api/settings", (request) => {
		turn.claim(request);
		return change(request, turn, undefined, (_, done) => settings.reset(done), respond);
	});
}
