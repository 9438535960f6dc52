import type { Camera } from "../camera/camera.ts";
import { Problem } from "../http/problem.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { isPlausible } from "../time/clock.ts";
import { jsonOf } from "./problems.ts";

const MICROS = 1_000_000;

/**
 * `PUT /api/time`: sets the clock of a device that knows no server for it, with the seconds since 1970 (UTC): `{"time":
 * 1793577600}`. The time of a server is better, and stays.
 */
export function addTime(router: Router, camera: Camera): void {
	router.put("/api/time", async (request) => {
		const content = await jsonOf(request, ["time"], (name) => {
			throw new Problem(422, `the content has a time, and not ${name}`, { field: name });
		});
		const time = typeof content === "object" && content !== null ? (content as { time?: unknown }).time : undefined;
		if (typeof time !== "number" || !isPlausible(time * MICROS))
			throw new Problem(422, "the time must be in seconds since 1970 (UTC), after 2025 and before 2100", {
				field: "time",
			});
		const { clock, now } = camera;
		if (clock.source === "network") throw new Problem(409, "the device has the time from the network");
		clock.set(time * MICROS, now, "admin");
		return Response.json({ time: (now + clock.offset) / MICROS, timeSource: clock.source });
	});
}
