import type { Track } from "./script.ts";

/** An address of the program. */
export interface Route {
	readonly method: string;
	readonly path: string;
	/** The kind of content it accepts, if any. */
	readonly takes?: "json" | "jpeg" | "messages";
	/** Whether its answer has no end. */
	readonly stream?: true;
}

/** A program to attack, with its regular clients. */
export interface Target {
	/** Arguments for the launcher. */
	readonly args: readonly string[];
	/** The route that viewers watch. */
	readonly stream: string;
	/** The route that is requested all the time, like `/status` of the firmware. */
	readonly status: string;
	/** Field lines of authorized clients. */
	readonly fields: string;
	/** Field lines of a stranger who has found something out. */
	readonly strangers?: readonly string[];
	readonly routes: readonly Route[];
	/** Where a program without a camera gets the pictures that its viewers watch. */
	readonly upload?: string;
	/** Requests that make the program keep all that it ever keeps of its clients. */
	readonly warmUp?: Track;
}

const get = (path: string): Route => ({ method: "GET", path });

/**
 * The routes of src/app and src/compatibility. They are not requested in a way that affects all clients by design: a
 * camera restart, another frame rate, a password.
 */
const FIRMWARE_ROUTES: readonly Route[] = [
	...[
		"/",
		"/capture",
		"/metrics",
		"/api/state",
		"/api/camera",
		"/status",
		"/control?var=brightness&val=1",
		"/control?var=none&val=1",
		"/control",
		"/bmp",
		"/state",
		"/snapshot",
		"/?action=snapshot",
		"/?action=none",
		"/xclk",
		"/reg",
		"/greg",
		"/pll",
		"/resolution",
		"/api/settings",
		"/api/access",
		"/nothing",
	].map(get),
	...[
		"/stream",
		"/?action=stream",
		"/api/stream",
		"/api/events",
		"/stream?extra_headers=1&advance_headers=1&key=k",
	].map((path) => ({ ...get(path), stream: true as const })),
	{ method: "PATCH", path: "/api/camera", takes: "json" },
	{ method: "PUT", path: "/api/settings", takes: "json" },
	{ method: "PUT", path: "/api/access", takes: "json" },
	{ method: "POST", path: "/api/camera", takes: "json" },
	{ method: "OPTIONS", path: "/api/camera" },
	{ method: "HEAD", path: "/" },
	{ method: "HEAD", path: "/stream" },
	{ method: "BREW", path: "/" },
];

const admin = basic("admin", "admin-of-tests"),
	viewer = basic("viewer", "viewer-of-tests");

export const TARGETS: Readonly<Record<string, Target>> = {
	/** As delivered: every client may do everything. */
	firmware: { args: [], stream: "/stream", status: "/status", fields: "", routes: FIRMWARE_ROUTES },
	/** With passwords, which strangers guess. */
	locked: {
		args: ["--admin-password", "admin-of-tests", "--viewer-password", "viewer-of-tests"],
		stream: "/stream",
		status: "/status",
		fields: admin,
		strangers: [viewer, basic("admin", "wrong")],
		routes: FIRMWARE_ROUTES,
		// It remembers addresses that failed, and those that signed in.
		warmUp: [...signIns(40, basic("admin", "wrong")), ...signIns(10, viewer)],
	},
	/** The firmware without the board's limits. */
	unlimited: {
		args: ["--profile", "host"],
		stream: "/stream",
		status: "/status",
		fields: "",
		routes: FIRMWARE_ROUTES,
	},
	robot: {
		args: ["examples/robot"],
		stream: "/stream",
		status: "/legs",
		fields: "",
		routes: [
			...["/", "/legs", "/nothing"].map(get),
			{ ...get("/stream"), stream: true },
			{ method: "POST", path: "/drive", takes: "json" },
			{ method: "GET", path: "/drive", takes: "messages" },
		],
	},
	relay: {
		args: ["examples/relay", "--profile", "host"],
		stream: "/stream/viewed",
		status: "/snapshot/viewed",
		fields: "",
		upload: "/upload/viewed",
		routes: [
			...["/", "/snapshot/viewed", "/snapshot/none", "/nothing"].map(get),
			{ ...get("/stream/viewed"), stream: true },
			{ method: "POST", path: "/upload/other", takes: "jpeg" },
			{ method: "POST", path: "/upload", takes: "jpeg" },
			{ method: "POST", path: "/upload/%20%20", takes: "jpeg" },
		],
	},
};

function signIns(times: number, field: string): Track {
	return [
		{
			do: "repeat",
			times,
			steps: [
				{ do: "connect", as: "client", from: "127.0.3.*" },
				{ do: "send", as: "client", bytes: `GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n${field}\r\n` },
				{ do: "answer", as: "client", ms: 1_000 },
				{ do: "close", as: "client" },
			],
		},
	];
}

export function basic(user: string, password: string): string {
	return `Authorization: Basic ${btoa(`${user}:${password}`)}\r\n`;
}
