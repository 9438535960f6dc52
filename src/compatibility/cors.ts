import type { Response } from "../http/response.ts";

/**
 * Lets pages of other hosts read the response, as CameraWebServer, mjpg-streamer and uStreamer do. It covers reading
 * only: those programs let any page change settings, too.
 */
export function anyOrigin(response: Response): Response {
	response.headers.set("Access-Control-Allow-Origin", "*");
	response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
	return response;
}
