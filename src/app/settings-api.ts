import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import type { Settings } from "../settings/settings.ts";
import { attempt, jsonOf, problemOf, settle } from "./problems.ts";

/** `/api/settings`: GET exports what is kept across restarts, PUT imports it, DELETE restores the defaults. */
export function addSettings(router: Router, settings: Settings): void {
	const respond = (): Response =>
		Response.json(
			attempt(() => settings.export()),
			{
				headers: { "Content-Disposition": "inline; filename=yieldcam.json" },
			},
		);
	router.get("/api/settings", respond);
	router.put("/api/settings", async (request) => {
		const saved = await jsonOf(request, settings.names, (name, depth) => {
			if (depth > 1) throw problemOf(settings.unknown(name));
		});
		return settle(attempt(() => settings.import(saved, respond)));
	});
	router.delete("/api/settings", () => settle(settings.reset(respond)));
}
