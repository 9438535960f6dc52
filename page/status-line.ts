import { byId, setText } from "./dom.ts";
import type { Viewfinder } from "./picture/viewfinder.ts";

/** The device's reason why the camera delivers no pictures. */
export interface Fault {
	readonly reason: string;
	/** When the device reported it, in milliseconds of the browser's clock. */
	readonly at: number;
}

export interface Known {
	/** Whether the device's events arrive, or undefined if it is not known yet. */
	readonly told: boolean | undefined;
	/** Whether the device answers, but neither its events nor its pictures arrive. */
	readonly heldBack: boolean;
	readonly fault: Fault | undefined;
	readonly viewfinder: Viewfinder;
	/** How many watch. */
	readonly watching: number;
}

interface Status {
	readonly kind: "live" | "paused" | "waiting" | "lost";
	/** One or two words. */
	readonly text: string;
	/** More information, if there is any. */
	readonly detail?: string;
}

const PROXY = "A proxy in between may hold back what the camera sends.";

/** Shows the status: in a word at the top, and with the reason over the picture, which screen readers also read. */
export function showStatus(known: Known): void {
	const { kind, text, detail } = statusOf(known);
	setText(byId("status-text", HTMLElement), text);
	setText(byId("status-detail", HTMLElement), detail ?? "");
	byId("status", HTMLElement).className = kind;
	const notice = byId("notice", HTMLElement);
	setText(notice, detail ?? text);
	notice.hidden = kind === "live" && detail === undefined;
	const { classList } = byId("figure", HTMLElement);
	classList.toggle("stale", kind === "lost" || kind === "waiting");
	classList.toggle("paused", kind === "paused");
	byId("try-now", HTMLElement).hidden = kind !== "lost";
	known.viewfinder.recordable = known.viewfinder.live && kind !== "lost";
}

function statusOf({ told, heldBack, fault, viewfinder, watching }: Known): Status {
	const { paused, live, moving, moved, loss, silent, stalled } = viewfinder;
	if (paused) return { kind: "paused", text: "Paused" };
	// The device reports a fault once a second, and the fault may end before the next report.
	if (fault && !(moved !== undefined && moved > fault.at))
		return { kind: "lost", text: "No picture", detail: `No picture: ${fault.reason}` };
	if (viewfinder.still)
		return {
			kind: "live",
			text: "Stills",
			detail: `${watching} are watching, so there is no place for another stream. This page shows a picture each second.`,
		};
	if (stalled && moving && loss === undefined)
		return { kind: "waiting", text: "Stalled", detail: "The picture stands still. Waiting for the next…" };
	// A moving picture is better evidence than any report.
	if (moving && loss === undefined)
		return {
			kind: "live",
			text: "Live",
			...(told === false && {
				detail: `The camera's events do not arrive, so controls and measured values are missing. ${PROXY}`,
			}),
		};
	if (heldBack && !loss?.told)
		return {
			kind: "lost",
			text: "No picture",
			detail: `The camera answers, but its picture and its events do not arrive. ${PROXY}`,
		};
	if (told === false && !loss?.told)
		return { kind: "lost", text: "Connection lost", detail: "The connection to the camera is lost. Trying again…" };
	if (loss !== undefined)
		return { kind: "lost", text: "No picture", detail: `No picture: ${loss.reason}. Trying again…` };
	if (live) return { kind: "live", text: "Live" };
	if (told && silent)
		return {
			kind: "lost",
			text: "No picture",
			detail: `The camera's events arrive, but its picture does not. ${PROXY}`,
		};
	return { kind: "waiting", text: "Connecting…" };
}
