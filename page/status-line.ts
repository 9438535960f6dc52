import { byId, setText } from "./dom.ts";
import type { Viewfinder } from "./picture/viewfinder.ts";

/** Why the camera gives no pictures, as the device says. */
export interface Fault {
	readonly reason: string;
	/** When it said so, in milliseconds of the browser's clock. */
	readonly at: number;
}

export interface Known {
	/** Whether the device's events arrive; undefined: nobody knows yet. */
	readonly told: boolean | undefined;
	readonly fault: Fault | undefined;
	readonly viewfinder: Viewfinder;
}

interface Status {
	readonly kind: "live" | "paused" | "waiting" | "lost";
	/** In a word or two. */
	readonly text: string;
	/** What more there is to say. */
	readonly detail?: string;
}

/** Says how it stands: in a word at the top, and over the picture with the reason, which screen readers are told as well. */
export function showStatus(known: Known): void {
	const { kind, text, detail } = statusOf(known);
	setText(byId("status-text", HTMLElement), text);
	setText(byId("status-detail", HTMLElement), detail ?? "");
	byId("status", HTMLElement).className = kind;
	const notice = byId("notice", HTMLElement);
	setText(notice, detail ?? text);
	notice.hidden = kind === "live";
	const { classList } = byId("figure", HTMLElement);
	classList.toggle("stale", kind === "lost" || kind === "waiting");
	classList.toggle("paused", kind === "paused");
}

function statusOf({ told, fault, viewfinder }: Known): Status {
	const { paused, live, moving, moved, loss } = viewfinder;
	if (paused) return { kind: "paused", text: "Paused" };
	// It is told once a second, and may be over before that.
	if (fault && !(moved !== undefined && moved > fault.at))
		return { kind: "lost", text: "No picture", detail: `No picture: ${fault.reason}` };
	// A picture that moves is more than what anybody says.
	if (moving && loss === undefined) return { kind: "live", text: "Live" };
	if (told === false && !loss?.told)
		return { kind: "lost", text: "Connection lost", detail: "The connection to the camera is lost. Trying again…" };
	if (loss !== undefined)
		return { kind: "lost", text: "No picture", detail: `No picture: ${loss.reason}. Trying again…` };
	return live ? { kind: "live", text: "Live" } : { kind: "waiting", text: "Connecting…" };
}
