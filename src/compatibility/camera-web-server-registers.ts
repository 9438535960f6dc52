import type { Camera } from "../camera/camera.ts";
import { HttpError } from "../http/http-error.ts";
import type { Query } from "../http/query.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { integer, integerOr0 } from "./camera-web-server-integer.ts";

const PLL_PARAMETERS = Object.freeze(["bypass", "mul", "sys", "root", "pre", "seld5", "pclken", "pclk"]);
const RESOLUTION_PARAMETERS = Object.freeze(["sx", "sy", "ex", "ey", "offx", "offy", "tx", "ty", "ox", "oy"]);

/**
 * Adds CameraWebServer's routes for experiments with a sensor: its clock, its registers and what derives from them.
 * The values go to the driver unchecked, and are lost with a restart.
 */
export function addRegisters(router: Router, camera: Camera): void {
	// MHz
	router.get("/xclk", ({ query }) => set(camera, "xclk", integer(query, "xclk")));
	router.get("/reg", ({ query }) =>
		set(camera, "reg", integer(query, "reg"), integer(query, "mask"), integer(query, "val")),
	);
	router.get("/greg", ({ query }) => {
		const reg = integer(query, "reg"),
			mask = integer(query, "mask");
		const value = attempt(() => camera.get("reg", reg, mask));
		if (value === undefined) throw new HttpError(500, `the ${camera.sensor.name} has no register ${reg}`);
		return new Response(String(value));
	});
	router.get("/pll", ({ query }) => set(camera, "pll", ...all(query, PLL_PARAMETERS)));
	router.get("/resolution", ({ query }) =>
		set(
			camera,
			"res_raw",
			...all(query, RESOLUTION_PARAMETERS),
			Number(integerOr0(query, "scale") === 1),
			Number(integerOr0(query, "binning") === 1),
		),
	);
}

/** Reads all parameters. Each may be missing, but the query as a whole may not be empty. */
function all(query: Query, names: readonly string[]): number[] {
	if (query.toString() === "") throw new HttpError(404, `${names.join(", ")} are missing`);
	return names.map((name) => integerOr0(query, name));
}

function set(camera: Camera, what: string, ...values: number[]): Response {
	if (!attempt(() => camera.set(what, ...values))) throw new HttpError(500, `the ${camera.sensor.name} refuses it`);
	return new Response();
}

function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw new HttpError(503, (error as Error).message);
	}
}
