import type { Simulator } from "../support/simulator.ts";
import { API_CAMERA } from "./schemas/api-camera.ts";
import { API_STATE } from "./schemas/api-state.ts";
import { CAMERA_WEB_SERVER_STATUS } from "./schemas/camera-web-server-status.ts";
import { USTREAMER_STATE } from "./schemas/ustreamer-state.ts";

/** What is read at an address, and so which of a consumer's ways of reading applies. */
export type Kind = "stream" | "snapshot" | "bitmap" | "json" | "command" | "events" | "metrics";

export interface Address {
	/** Path and query, as people write them; `{value}` is for the test to fill in. */
	readonly path: string;
	readonly kind: Kind;
	/** As in the table's heading, where it is not the path. */
	readonly title?: string;
	/** Where it is, if not at the simulator's first port. */
	readonly origin?: (simulator: Simulator) => string;
	/** What the JSON there must be. */
	readonly schema?: object;
	/** Whether pages of other hosts may read it too: whose it was before says so to browsers. */
	readonly anyOrigin?: boolean;
}

/** The rows of the table. One line here is one more row: every consumer that knows the kind is run on it. */
export const ADDRESSES: readonly Address[] = [
	{ path: "/stream", kind: "stream", anyOrigin: true },
	{ path: "/?action=stream", kind: "stream", anyOrigin: true },
	{ path: "/stream?extra_headers=1", kind: "stream", anyOrigin: true },
	{ path: "/stream", title: ":81/stream", kind: "stream", origin: secondOrigin, anyOrigin: true },
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

/** As its first line says, of a simulator with --stream-port. */
function secondOrigin(simulator: Simulator): string {
	const url = /^yieldcam is at .* and (http:\S+\/stream), /.exec(simulator.output)?.[1];
	if (url === undefined) throw new Error(`there is no second port: ${simulator.output}`);
	return new URL(url).origin;
}

export function titleOf({ title, path }: Address): string {
	return title ?? path;
}
