import "./folder.ts";
import "./dialog/use-panel.ts";
import "./dialog/camera-panel.ts";
import "./dialog/settings-panel.ts";
import { takeCameraName } from "./camera-name.ts";
import { showAccess } from "./access.ts";
import { readState } from "./connection/api.ts";
import { Events } from "./connection/events.ts";
import { ControlsLink } from "./controls/controls-link.ts";
import { showDeviceFacts } from "./device-facts.ts";
import { byId } from "./dom.ts";
import type { State } from "../src/state/state.ts";
import { Viewfinder } from "./picture/viewfinder.ts";
import { type Fault, showStatus } from "./status-line.ts";

/** How long a tab may be hidden before its connections end: somebody may only look elsewhere for a moment. */
const HIDDEN_GRACE_MS = 5_000;
/** How often the measured values are shown. */
const INTERVAL_MS = 250;
/** Without events, the controls are described again now and then, since others may change them. */
const STILLS_PER_DESCRIPTION = 10;

let fault: Fault | undefined;
/** Whether the device's events arrive, or undefined if it is not known yet. */
let told: boolean | undefined;
/** Whether the device answered before the last attempt to get its events. It has just sent this page. */
let answered = true;
/** Whether the device answers, but neither its events nor its pictures arrive. */
let heldBack = false;
let hiding: number | undefined;
/** How many watch, as the device has reported last. */
let watching = 0;
/** How many stills have come in place of the stream. */
let stills = 0;

byId("figure", HTMLElement).classList.add("scripted");
const viewfinder = new Viewfinder(
	() => {
		show();
		if (viewfinder?.live) events?.hurry();
	},
	(state) => {
		if (stills++ % STILLS_PER_DESCRIPTION === 0) controls.connected();
		takeState(state);
	},
);
const controls = new ControlsLink(() => told === true);
const events = new Events({
	onConnected() {
		told = true;
		answered = heldBack = false;
		controls.connected();
		void showAccess().then((locked) => (controls.locked = locked));
		viewfinder.connected();
		show();
	},
	onLost() {
		told = false;
		// A known fault is outdated now.
		fault = undefined;
		viewfinder.disconnected();
		show();
	},
	onSilence: () => void findReason(),
	onState: takeState,
	onControls: (values) => controls.told(values),
});

function takeState(state: State): void {
	fault = state.fault === undefined ? undefined : { reason: state.fault, at: performance.now() };
	watching = state.viewers.length;
	takeCameraName(state.name);
	showDeviceFacts(state);
	show();
}

function show(): void {
	// The viewfinder calls this function from its constructor, too.
	if (viewfinder) showStatus({ told, heldBack, fault, viewfinder, watching });
}

/** Finds out whether the device answers, as it did before the events did not come: then something in between holds them back. */
async function findReason(): Promise<void> {
	const before = answered;
	const answers = await readState().then(
		() => true,
		() => false,
	);
	if (told) return;
	answered = answers;
	heldBack = before && answers;
	show();
}

function showMeasured(): void {
	const { size, fps, latency } = viewfinder.measured;
	byId("size", HTMLElement).textContent = size ? `${size.width}×${size.height}` : "–";
	byId("fps", HTMLElement).textContent = viewfinder.paused ? "–" : `${fps.toFixed(1)} fps`;
	byId("latency", HTMLElement).textContent = latency === undefined ? "–" : `${Math.round(1_000 * latency)} ms`;
}

/** Closes the connections of a tab that nobody sees, so that others can use them: a browser has six for a device. */
function visibilityChanged(): void {
	clearTimeout(hiding);
	if (document.hidden) hiding = setTimeout(sleep, HIDDEN_GRACE_MS);
	else {
		events.start();
		viewfinder.asleep = false;
	}
}

function sleep(): void {
	if (viewfinder.recording) return;
	events.stop();
	viewfinder.asleep = true;
}

byId("try-now", HTMLButtonElement).addEventListener("click", () => {
	events.hurry();
	viewfinder.hurry();
});
document.addEventListener("visibilitychange", visibilityChanged);
visibilityChanged();
setInterval(() => {
	// If no events arrive, a stream that stands still may have died unnoticed.
	if (told === false) viewfinder.disconnected();
	showMeasured();
	show();
}, INTERVAL_MS);
