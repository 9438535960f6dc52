import type { Described } from "../../src/controls/controls.ts";
import type { State } from "../../src/state/state.ts";
import type { Values } from "../controls/change-queue.ts";

/** `/api/camera` */
export interface CameraDescription {
	readonly sensor: string;
	readonly controls: readonly Described[];
}

/** An error response: the detail of its problem document (RFC 9457), or its text if it has none. */
export class ApiError extends Error {
	/** The control at fault. */
	readonly field: string | undefined;

	constructor(detail: string, field?: string) {
		super(detail);
		this.field = field;
	}
}

/** Milliseconds. */
const TIMEOUT_MS = 10_000;
/** Same, for a change of the controls: the user looks at the control, and waits. */
const CHANGE_TIMEOUT_MS = 3_000;

async function ask<Answer>(path: string, method = "GET", content?: unknown, timeout = TIMEOUT_MS): Promise<Answer> {
	// Not AbortSignal.timeout, which Safari 15 lacks.
	const attempt = new AbortController();
	const timer = setTimeout(() => attempt.abort(), timeout);
	try {
		const response = await fetch(path, {
			method,
			cache: "no-store",
			signal: attempt.signal,
			headers: {
				// No page of another site can send it: see src/access/cross-site.ts.
				"X-Requested-With": "yieldcam",
				...(content !== undefined && { "Content-Type": "application/json" }),
			},
			...(content !== undefined && { body: JSON.stringify(content) }),
		});
		if (!response.ok) throw await errorOf(response);
		if (response.status === 204) return undefined as Answer;
		const isJson = response.headers.get("content-type") === "application/json";
		return (await (isJson ? response.json() : response.text())) as Answer;
	} catch (error) {
		if (error instanceof ApiError) throw error;
		// Browsers open six connections to a device; each window that shows the picture holds one.
		throw new ApiError(
			attempt.signal.aborted
				? "the camera does not answer; is it open in several windows?"
				: "the camera does not answer",
		);
	} finally {
		clearTimeout(timer);
	}
}

/** Reads the error that a response is. */
export async function errorOf(response: globalThis.Response): Promise<ApiError> {
	const text = await response.text();
	if (response.headers.get("content-type") !== "application/problem+json")
		return new ApiError(text.trim() || `${response.status} ${response.statusText}`);
	const { title, detail = title, field } = JSON.parse(text) as { title: string; detail?: string; field?: string };
	return new ApiError(detail, field);
}

export function describeCamera(): Promise<CameraDescription> {
	return ask("api/camera");
}

export function changeControls(changes: Values): Promise<CameraDescription> {
	return ask("api/camera", "PATCH", changes, CHANGE_TIMEOUT_MS);
}

export function resetControls(): Promise<CameraDescription> {
	return ask("api/camera/reset", "POST");
}

export function importSettings(saved: unknown): Promise<unknown> {
	return ask("api/settings", "PUT", saved);
}

/** Installs an image of new firmware. It takes minutes. */
export async function sendFirmware(image: Blob): Promise<{ readonly version: string }> {
	let response;
	try {
		response = await fetch("api/firmware", {
			method: "PUT",
			headers: { "X-Requested-With": "yieldcam" },
			body: image,
		});
	} catch {
		throw new ApiError("the connection to the camera has ended, and the update with it");
	}
	if (!response.ok) throw await errorOf(response);
	return (await response.json()) as { version: string };
}

/** Changes what people call the camera; null removes the name. */
export function changeName(name: string | null): Promise<unknown> {
	return ask("api/settings", "PATCH", { name });
}

export interface Access {
	/** Whether an admin password protects the device. */
	readonly admin: boolean;
	/** Whether there is a viewer's password. */
	readonly viewer?: boolean;
	/** The role of who has signed in. */
	readonly role?: "admin" | "viewer";
	/** The token for the addresses of pictures, which only the admin gets. */
	readonly pictures?: string | null;
}

export function readAccess(): Promise<Access> {
	return ask("api/access");
}

export function makePictureToken(): Promise<{ readonly token: string }> {
	return ask("api/access/pictures", "POST");
}

export function revokePictureToken(): Promise<void> {
	return ask("api/access/pictures", "DELETE");
}

/** Sets passwords; null removes one. */
export function setPasswords(changes: {
	readonly admin?: string | null;
	readonly viewer?: string | null;
}): Promise<unknown> {
	return ask("api/access", "PUT", changes);
}

/** Has the browser forget who signed in: it remembers the name of the last request that succeeded, whatever it is. */
export function signOut(): Promise<void> {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		// fetch() takes no name and password.
		request.open("POST", "api/access/sign-out", true, "nobody", "signed-out");
		request.setRequestHeader("X-Requested-With", "yieldcam");
		request.onloadend = () => resolve();
		request.send();
	});
}

/** Reads the last lines of the log. */
export function readLog(): Promise<string> {
	return ask("api/log");
}

/** Sets the device's clock, in seconds since 1970 (UTC). */
export function setTime(time: number): Promise<unknown> {
	return ask("api/time", "PUT", { time });
}

export function readState(): Promise<State> {
	return ask("api/state");
}

/** Reads the state with the values of the controls. */
export function readStateAndControls(): Promise<State & { readonly controls: Values }> {
	return ask("api/state?controls");
}

/** `/api/network` */
export interface NetworkState {
	readonly ssid?: string;
	readonly address?: string;
	/** Without ".local". */
	readonly hostname?: string;
	/** What became of the network that was chosen last. */
	readonly choice?: {
		readonly ssid: string;
		readonly result: "trying" | "joined" | "failed";
		readonly reason?: string;
	};
}

export function readNetwork(): Promise<NetworkState> {
	return ask("api/network");
}

/** Finds the networks in range, the strongest first. */
export async function scanNetworks(): Promise<readonly { readonly ssid: string; readonly open: boolean }[]> {
	return (await ask<{ networks: { ssid: string; open: boolean }[] }>("api/network/scan")).networks;
}

/** Has the device try a network. What becomes of it, `readNetwork` says. */
export function joinNetwork(ssid: string, password: string): Promise<NetworkState> {
	return ask("api/network", "PUT", { ssid, password });
}
