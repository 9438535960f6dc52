import { HttpError } from "../http/http-error.ts";
import type { Query } from "../http/query.ts";
import type { Router } from "../http/router.ts";
import type { Camera } from "../camera/camera.ts";
import { command } from "./bus-turn.ts";
import { integer, integerOr0 } from "./camera-web-server-integer.ts";

const PLL_PARAMETERS = Object.freeze(["bypass", "mul", "sys", "root", "pre", "seld5", "pclken", "pclk"]);
const RESOLUTION_PARAMETERS = Object.freeze(["sx", "sy", "ex", "ey", "offx", "offy", "tx", "ty", "ox", "oy"]);

/**
 * Adds CameraWebServer's routes for experiments with a sensor: its clock, its registers and what derives from them.
 * The values go to the driver unchecked, and are lost with a restart.
 */
export function addRegisters(router: Router, camera: Camera): void {
	// MHz
	router.get("/xclk", (request) => command(camera, request, "xclk", [integer(request.query, "xclk")]));
	router.get("/reg", (request) => command(camera, request, "reg", integers(request.query, ["reg", "mask", "val"])));
	router.get("/greg", (request) => command(camera, request, "greg", integers(request.query, ["reg", "mask"])));
	router.get("/pll", (request) => command(camera, request, "pll", all(request.query, PLL_PARAMETERS)));
	router.get("/resolution", (request) => {
		const { query } = request;
		return command(
			camera,
			request,
			"res_raw",
			all(query, RESOLUTION_PARAMETERS).concat(
				Number(integerOr0(query, "scale") === 1),
				Number(integerOr0(query, "binning") === 1),
			),
		);
	});
}

function integers(query: Query, names: readonly string[]): number[] {
	return names.map((name) => integer(query, name));
}

/** Reads all parameters. Each may be missing, but the query as a whole may not be empty. */
function all(query: Query, names: readonly string[]): number[] {
	if (query.toString() === "") throw new HttpError(404, `${names.join(", ")} are missing`);
	return names.map((name) => integerOr0(query, name));
}
