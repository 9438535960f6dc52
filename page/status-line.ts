import { byId, setText } from "./dom.ts";
import type { Link } from "./connection/link.ts";
import type { Viewfinder } from "./picture/viewfinder.ts";

/** The device's reason why the camera delivers no pictures. */
export interface Fault {
	readonly reason: string;
	/** When the device reported it, in milliseconds of the browser's clock. */
	readonly at: number;
}

export interface Known {
	/** Whether the device answers, but its stream does not arrive. */
	readonly heldBack: boolean;
	readonly fault: Fault | undefined;
	readonly link: Link;
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

/**
 * Shows the status: in a word at the top, and with the reason over the picture, which screen readers also read. Returns the
 * kind of the status.
 */
export function showStatus(known: Known): Status["kind"] {
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
	return kind;
}

function statusOf({ heldBack, fault, link, viewfinder, watching }: Known): Status {
	const { told, loss, polls } = link;
	const { paused, moving, moved, damaged, stalled } = viewfinder;
	if (paused) return { kind: "paused", text: "Paused" };
	// The device reports a fault once a second, and the fault may end before the next report.
	if (fault && !(moved !== undefined && moved > fault.at))
		return { kind: "lost", text: "No picture", detail: `No picture: ${fault.reason}` };
	if (polls && moving)
		return {
			kind: "live",
			text: "Stills",
			detail: `${watching} are watching, so there is no place for another stream. This page shows a picture each second.`,
		};
	if (damaged)
		return { kind: "lost", text: "No picture", detail: "No picture: the pictures are damaged. Trying again…" };
	if (stalled && moving && loss === undefined)
		return { kind: "waiting", text: "Stalled", detail: "The picture stands still. Waiting for the next…" };
	if (heldBack && !loss?.told)
		return {
			kind: "lost",
			text: "No picture",
			detail: "The camera answers, but its picture does not arrive. A proxy in between may hold back what the camera sends.",
		};
	if (told === false && !loss?.told)
		return { kind: "lost", text: "Connection lost", detail: "The connection to the camera is lost. Trying again…" };
	if (loss !== undefined)
		return { kind: "lost", text: "No picture", detail: `No picture: ${loss.reason}. Trying again…` };
	return moved === undefined ? { kind: "waiting", text: "Connecting…" } : { kind: "live", text: "Live" };
}
