import { showAccess } from "./access.ts";
import { Events } from "./connection/events.ts";
import { ControlsLink } from "./controls/controls-link.ts";
import { showDeviceFacts } from "./device-facts.ts";
import { byId } from "./dom.ts";
import { Viewfinder } from "./picture/viewfinder.ts";
import { type Fault, showStatus } from "./status-line.ts";

/** Milliseconds that a tab may be hidden: not while somebody only looks elsewhere for a moment. */
const HIDDEN_GRACE_MS = 5_000;
/** Milliseconds between two looks at what was measured. */
const INTERVAL_MS = 500;

let fault: Fault | undefined;
/** Whether the device's events arrive; undefined: nobody knows yet. */
let told: boolean | undefined;
let hiding: number | undefined;

byId("figure", HTMLElement).classList.add("scripted");
const viewfinder = new Viewfinder(() => {
	show();
	if (viewfinder?.live) events?.hurry();
});
const controls = new ControlsLink(() => told === true);
const events = new Events({
	onConnected() {
		told = true;
		controls.connected();
		void showAccess();
		viewfinder.connected();
		show();
	},
	onLost() {
		told = false;
		// Whatever it was, it is old by now.
		fault = undefined;
		viewfinder.disconnected();
		show();
	},
	onState(state) {
		fault = state.fault === undefined ? undefined : { reason: state.fault, at: performance.now() };
		showDeviceFacts(state);
		show();
	},
	onControls: (values) => controls.told(values),
});

function show(): void {
	// Called by what is being made, too.
	if (viewfinder) showStatus({ told, fault, viewfinder });
}

function showMeasured(): void {
	const { size, fps, latency } = viewfinder.measured;
	byId("size", HTMLElement).textContent = size ? `${size.width}×${size.height}` : "–";
	byId("fps", HTMLElement).textContent = viewfinder.paused ? "–" : `${fps.toFixed(1)} fps`;
	byId("latency", HTMLElement).textContent = latency === undefined ? "–" : `${Math.round(1_000 * latency)} ms`;
}

/** A tab that nobody sees is no viewer, and leaves its connections to others: a browser has six for a device. */
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

document.addEventListener("visibilitychange", visibilityChanged);
visibilityChanged();
setInterval(() => {
	// A stream that stands still while nobody tells anything of the device has perhaps died without a word.
	if (told === false) viewfinder.disconnected();
	showMeasured();
	show();
}, INTERVAL_MS);
