import type { FirmwareState } from "../../src/update/firmware-state.ts";
import { type Access, sendFirmware } from "../connection/api.ts";
import { byId, setText } from "../dom.ts";
import { offer } from "./dialog.ts";

const file = byId("firmware-file", HTMLInputElement);
const button = byId("send-firmware", HTMLButtonElement);
const progress = byId("firmware-progress", HTMLProgressElement);
const error = byId("firmware-error", HTMLElement);

let permitted = false;
let present = false;
/** Whether this page sends an image. */
let sending = false;

/** Offers updates to those who may install them. */
export function permitFirmware({ admin, role }: Access): void {
	permitted = !admin || role === "admin";
	offer("panel-firmware", permitted && present);
}

/** Shows what runs, how far an update is, whichever page sends it, and what the last one came to. */
export function showFirmware(firmware: FirmwareState | undefined): void {
	present = firmware !== undefined;
	offer("panel-firmware", permitted && present);
	if (!firmware) return;
	const { version, board, update, lacking, last } = firmware;
	setText(byId("firmware-version", HTMLElement), `Version ${version} for ${board}.`);
	progress.hidden = !update;
	button.disabled = update !== undefined || sending || lacking !== undefined;
	if (update) {
		progress.max = update.size;
		progress.value = update.received;
	}
	setText(byId("firmware-news", HTMLElement), update || sending ? "" : newsOf(lacking, last));
}

function newsOf(lacking: string | undefined, last: FirmwareState["last"]): string {
	if (lacking !== undefined) return `It is new, and has yet to prove itself: ${lacking} is missing.`;
	if (!last || last.result === "trying") return "";
	return last.result === "valid"
		? `The update to ${last.version} has succeeded.`
		: `The update to ${last.version} has failed, and the firmware before is back: ${last.reason}.`;
}

async function send(): Promise<void> {
	const chosen = file.files?.[0];
	// Lets the user choose the same file again.
	error.textContent = "";
	if (!chosen) return;
	sending = button.disabled = true;
	try {
		const { version } = await sendFirmware(chosen);
		setText(byId("firmware-news", HTMLElement), `Version ${version} is installed. The camera restarts.`);
	} catch (failed) {
		error.textContent = (failed as Error).message;
	}
	file.value = "";
	sending = button.disabled = false;
}

offer("panel-firmware", false);
button.addEventListener("click", () => file.click());
file.addEventListener("change", () => void send());
