import "./folder.ts";
import "./dialog/camera-panel.ts";
import "./dialog/presets-panel.ts";
import "./dialog/settings-panel.ts";
import { takeCameraName } from "./camera-name.ts";
import { showAccess } from "./access.ts";
import { readState } from "./connection/api.ts";
import { Link } from "./connection/link.ts";
import { offerTime } from "./connection/offer-time.ts";
import { ControlsLink } from "./controls/controls-link.ts";
import { showDeviceFacts } from "./device-facts.ts";
import { showFirmware } from "./dialog/firmware-panel.ts";
import { takeRssi } from "./dialog/network-panel.ts";
import { takeRtspPort } from "./dialog/use-panel.ts";
import { byId } from "./dom.ts";
import type { State } from "../src/state/state.ts";
import { Viewfinder } from "./picture/viewfinder.ts";
import { type Fault, showStatus } from "./status-line.ts";

/** How long a tab may be hidden before its connection ends: somebody may only look elsewhere for a moment. */
const HIDDEN_GRACE_MS = 5_000;
/** How often the measured values are shown. */
const INTERVAL_MS = 250;

let fault: Fault | undefined;
/** Whether the device answered before the last attempt to get its stream. It has just sent this page. */
let answered = true;
/** Whether the device answers, but its stream does not arrive. */
let heldBack = false;
let hiding: number | undefined;
/** Whether nobody sees the page. */
let asleep = false;
/** How many watch, as the device has reported last. */
let watching = 0;

byId("figure", HTMLElement).classList.add("scripted");
const viewfinder = new Viewfinder(show);
const controls = new ControlsLink(
	() => link.told === true,
	({ rotation = "0" }) => (viewfinder.turns = Number(rotation) / 90),
);
const link: Link = new Link({
	onPicture: (jpeg, timestamp) => viewfinder.show(jpeg, timestamp),
	onState(state) {
		takeState(state);
		show();
	},
	onControls: (values) => controls.told(values),
	onConnected() {
		answered = heldBack = false;
		controls.connected();
		void showAccess().then((locked) => {
			controls.locked = locked;
			if (!locked) void offerTime();
		});
		viewfinder.connected();
	},
	onLost({ busy, silent }) {
		// A known fault is outdated now.
		fault = undefined;
		if (silent) void findReason();
		if (busy) show();
		else viewfinder.lost();
	},
});

function takeState(state: State): void {
	fault = state.fault === undefined ? undefined : { reason: state.fault, at: performance.now() };
	watching = state.viewers.length;
	takeCameraName(state.name);
	takeRtspPort(state.rtspPort);
	showFirmware(state.firmware);
	takeRssi(state.rssi);
	showDeviceFacts(state);
}

/** Gets from the device what is needed now, and shows how that goes. */
function show(): void {
	link.wanted = asleep ? "nothing" : viewfinder.paused ? "events" : "pictures";
	const kind = showStatus({ heldBack, fault, link, viewfinder, watching });
	// A picture that stands still makes no film, and neither does one each second.
	viewfinder.recordable = viewfinder.moved !== undefined && link.loss === undefined && kind !== "lost";
}

/** Finds out whether the device answers, as it did before its stream did not come: then something in between holds that back. */
async function findReason(): Promise<void> {
	const before = answered;
	const answers = await readState().then(
		() => true,
		() => false,
	);
	if (link.told) return;
	answered = answers;
	heldBack = before && answers;
	show();
}

function showMeasured(): void {
	const { size, fps, latency } = viewfinder.measured;
	byId("size", HTMLElement).textContent = size ? `${size.width}×${size.height}` : "–";
	byId("fps", HTMLElement).textContent = fps === undefined ? "–" : `${fps.toFixed(1)} fps`;
	byId("latency", HTMLElement).textContent = latency === undefined ? "–" : `${Math.round(1_000 * latency)} ms`;
}

/** Closes the connection of a tab that nobody sees, so that others can use it: a browser has six for a device. */
function visibilityChanged(): void {
	clearTimeout(hiding);
	if (document.hidden) hiding = setTimeout(() => sleep(!viewfinder.recording), HIDDEN_GRACE_MS);
	else sleep(false);
}

function sleep(now: boolean): void {
	if (now === asleep) return;
	viewfinder.asleep = asleep = now;
}

byId("rotate", HTMLButtonElement).addEventListener("click", () =>
	controls.choose({ rotation: String(90 * ((viewfinder.turns + 1) % 4)) }),
);
byId("try-now", HTMLButtonElement).addEventListener("click", () => link.hurry());
document.addEventListener("visibilitychange", visibilityChanged);
visibilityChanged();
setInterval(() => {
	showMeasured();
	show();
}, INTERVAL_MS);
show();
