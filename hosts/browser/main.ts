import type { State } from "../../src/state/state.ts";
import { describeCamera } from "./connection/api.ts";
import { Events } from "./connection/events.ts";
import { Retry } from "./connection/retry.ts";
import { ControlPanel } from "./controls/control-panel.ts";
import { setUpSettings } from "./controls/settings.ts";
import { showDeviceFacts } from "./device-facts.ts";
import { byId } from "./dom.ts";
import { Viewfinder } from "./picture/viewfinder.ts";

const controlsError = byId("controls-error", HTMLElement);
const status = byId("status", HTMLElement);
const notice = byId("notice", HTMLElement);
const viewfinder = byId("viewfinder", HTMLElement);

/** Milliseconds: not while somebody only looks elsewhere for a moment. */
const grace = 5_000;

let fault: string | undefined;
let reachable: boolean | undefined;

function showError(text: string): void {
	controlsError.textContent = text;
}

/** In one line at the top, which screen readers hear; and, where it concerns the picture, over the picture. */
function showStatus(): void {
	const [kind, text, detail] = describeStatus();
	if (status.textContent !== text) {
		status.textContent = text;
		status.className = kind;
	}
	viewfinder.classList.toggle("stale", kind === "lost" || kind === "waiting");
	viewfinder.classList.toggle("paused", kind === "paused");
	notice.textContent = detail ?? text;
	notice.hidden = kind === "live";
}

function describeStatus(): [kind: string, text: string, detail?: string] {
	if (reachable === false && !finder.lost?.told)
		return ["lost", "Connection lost", "The connection to the camera is lost. Trying again…"];
	if (finder.paused)
		return ["paused", "Paused"];
	if (fault !== undefined)
		return ["lost", "No picture", `No picture: ${fault}`];
	if (finder.lost !== undefined)
		return ["lost", "No picture", `No picture: ${finder.lost.reason}. Trying again…`];
	return finder.live ? ["live", "Live"] : ["waiting", "Connecting…"];
}

function showMeasured(): void {
	const { size, fps, latency } = finder.measured;
	byId("size", HTMLElement).textContent = size ? `${size.width}×${size.height}` : "–";
	byId("fps", HTMLElement).textContent = finder.paused ? "–" : `${fps.toFixed(1)} fps`;
	byId("latency", HTMLElement).textContent = latency === undefined ? "–" : `${Math.round(1_000 * latency)} ms`;
}

const finder = new Viewfinder(showStatus);
const panel = new ControlPanel(byId("controls", HTMLElement), showError);
const retry = new Retry();
let hiding: number | undefined;

/** The camera may be another one after each interruption. */
async function showControls(): Promise<void> {
	try {
		const { sensor, controls } = await describeCamera();
		retry.succeeded();
		byId("sensor", HTMLElement).textContent = sensor;
		panel.show(controls);
		showError("");
	}
	catch (error) {
		showError((error as Error).message);
		if (reachable)
			setTimeout(() => void showControls(), retry.next());
	}
}

const events = new Events({
	onConnected() {
		reachable = true;
		void showControls();
		finder.connected();
		showStatus();
	},
	onLost() {
		reachable = false;
		finder.disconnected();
		showStatus();
	},
	onState(state: State) {
		fault = state.fault;
		showDeviceFacts(state);
		showStatus();
	},
	onControls: (values) => panel.update(values),
});

/** A tab that nobody sees is no viewer, and leaves its connections to others: a browser has six for a device. */
document.addEventListener("visibilitychange", () => {
	clearTimeout(hiding);
	if (document.hidden)
		hiding = setTimeout(sleep, grace);
	else {
		events.start();
		finder.asleep = false;
	}
});

function sleep(): void {
	if (finder.recording)
		return;
	events.stop();
	finder.asleep = true;
}

setUpSettings(showError);
setInterval(showMeasured, 500);
