import type { Simulator } from "../support/simulator.ts";
import { API_CAMERA } from "./schemas/api-camera.ts";
import { API_STATE } from "./schemas/api-state.ts";
import { CAMERA_WEB_SERVER_STATUS } from "./schemas/camera-web-server-status.ts";
import { USTREAMER_STATE } from "./schemas/ustreamer-state.ts";

/** The content of an address, which determines how a consumer reads it. */
export type Kind = "stream" | "rtsp" | "snapshot" | "bitmap" | "json" | "command" | "events" | "metrics";

export interface Address {
	/** Path and query, as people write them; the test fills in `{value}`. */
	readonly path: string;
	readonly kind: Kind;
	/** The table's heading, if it is not the path. */
	readonly title?: string;
	/** The port, if it is not the simulator's first. */
	readonly origin?: (simulator: Simulator) => string;
	/** The schema of the JSON there. */
	readonly schema?: object;
	/** Whether pages of other hosts may read it too: the program that had it first says so to browsers. */
	readonly anyOrigin?: boolean;
}

/** The rows of the table. One line here is one more row: every consumer that knows the kind reads it. */
export const ADDRESSES: readonly Address[] = [
	{ path: "/stream", kind: "stream", anyOrigin: true },
	{ path: "/?action=stream", kind: "stream", anyOrigin: true },
	{ path: "/stream?extra_headers=1", kind: "stream", anyOrigin: true },
	{ path: "/stream", title: ":81/stream", kind: "stream", origin: secondOrigin, anyOrigin: true },
	{ path: "/", title: "rtsp://…/", kind: "rtsp", origin: rtspOrigin },
	{ path: "/mjpeg/1", title: "rtsp://…/mjpeg/1", kind: "rtsp", origin: rtspOrigin },
	{ path: "/capture", kind: "snapshot", anyOrigin: true },
	{ path: "/snapshot", kind: "snapshot", anyOrigin: true },
	{ path: "/?action=snapshot", kind: "snapshot", anyOrigin: true },
	{ path: "/bmp", kind: "bitmap", anyOrigin: true },
	{ path: "/status", kind: "json", schema: CAMERA_WEB_SERVER_STATUS, anyOrigin: true },
	{ path: "/control?var=quality&val={value}", title: "/control?var=…&val=…", kind: "command" },
	{ path: "/state", kind: "json", schema: USTREAMER_STATE, anyOrigin: true },
	{ path: "/api/state", kind: "json", schema: API_STATE },
	{ path: "/api/camera", kind: "json", schema: API_CAMERA },
	{ path: "/api/events", kind: "events" },
	{ path: "/metrics", kind: "metrics" },
];

/** The second port, from what a simulator prints with --stream-port. */
function secondOrigin(simulator: Simulator): string {
	const url = /^yieldcam is at .* and (http:\S+\/stream), /m.exec(simulator.output)?.[1];
	if (url === undefined) throw new Error(`no second port in: ${simulator.output}`);
	return new URL(url).origin;
}

/** The port of RTSP, from what a simulator prints. */
function rtspOrigin(simulator: Simulator): string {
	const url = /RTSP at (rtsp:\S+)\/$/m.exec(simulator.output)?.[1];
	if (url === undefined) throw new Error(`no RTSP in: ${simulator.output}`);
	return url;
}

export function titleOf({ title, path }: Address): string {
	return title ?? path;
}
