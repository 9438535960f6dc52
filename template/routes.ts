import { Response } from "yieldcam/http/response";
import type { Router } from "yieldcam/http/router";

/** Adds the program's own addresses. */
export function addRoutes(router: Router): void {
	router.get("/hello/:name", (request) => new Response(`hello ${request.params.name}\n`));
}
