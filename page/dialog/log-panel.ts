import { type Access, readLog } from "../connection/api.ts";
import { byId, setText } from "../dom.ts";
import { offer, onShown } from "./dialog.ts";

const INTERVAL_MS = 2_000;

const text = byId("log", HTMLElement);
const error = byId("log-error", HTMLElement);
let reading = false;

/** Offers the log to those who may read it. */
export function offerLog({ admin, role }: Access): void {
	offer("panel-log", !admin || role === "admin");
}

/** Shows the log, if somebody looks. */
async function show(): Promise<void> {
	// An element has no parent in this sense while it, or the dialog, is hidden.
	if (reading || document.hidden || text.offsetParent === null) return;
	reading = true;
	try {
		const lines = await readLog();
		// Somebody who has scrolled up is reading.
		const follows = text.scrollHeight - text.scrollTop - text.clientHeight < 8;
		setText(text, lines);
		if (follows) text.scrollTop = text.scrollHeight;
		error.textContent = "";
	} catch (failed) {
		setText(error, (failed as Error).message);
	}
	reading = false;
}

// Until the device has said who may read it.
offer("panel-log", false);
onShown("panel-log", () => void show());
setInterval(() => void show(), INTERVAL_MS);
