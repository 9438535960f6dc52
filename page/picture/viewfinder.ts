import { readState } from "../connection/api.ts";
import { DeviceClock } from "../connection/device-clock.ts";
import { LiveStream, type Loss } from "../connection/live-stream.ts";
import { byId } from "../dom.ts";
import { type Turns, turned } from "./exif-orientation.ts";
import { FullScreen } from "./full-screen.ts";
import { Picture } from "./picture.ts";
import { Rate } from "./rate.ts";
import { RecordButton } from "./record-button.ts";
import { saveFile } from "./save-file.ts";
import type { State } from "../../src/state/state.ts";
import { Stills } from "./stills.ts";
import { setButton } from "./toggle-button.ts";
import { recallTurns, rememberTurns } from "./turns-memory.ts";

/** A picture that moved this recently is live, whatever other sources say. */
const RECENT_MS = 3_000;
/** A stream of which nothing came for so long does not arrive. Its first picture comes at once, at any frame rate. */
const SILENT_MS = 5_000;
/** A picture that has not moved for so long stands still, at any rate of at least four pictures a second. */
const STALL_MS = 750;
/** How often the device's clock is read. */
const CLOCK_INTERVAL_MS = 20_000;

export interface Measured {
	readonly size: { readonly width: number; readonly height: number } | undefined;
	/** The rate of the images shown. */
	readonly fps: number;
	/** Seconds from the capture of an image until it is painted. */
	readonly latency: number | undefined;
}

/** The live picture and what can be done with it: pause, snapshot, recording, rotation, full screen. */
export class Viewfinder {
	readonly #clock = new DeviceClock();
	readonly #rate = new Rate();
	readonly #canvas = byId("canvas", HTMLCanvasElement);
	readonly #stream: LiveStream;
	readonly #picture: Picture;
	readonly #record: RecordButton;
	readonly #stills: Stills;
	/** When each JPEG was captured, by the device's clock. */
	readonly #timestamps = new WeakMap<Blob, number>();
	readonly #onChange: () => void;
	/** When the last JPEG was captured. */
	#newest: number | undefined;
	#shown: Blob | undefined;
	#moved: number | undefined;
	/** Milliseconds: about the longest of the last intervals between two pictures. */
	#usualInterval = 0;
	#paused = false;
	#asleep = false;
	#loss: Loss | undefined;

	/**
	 * @param onChange Called when the picture becomes live or stops being live.
	 * @param onState Called with the device's state while there are stills in place of the stream.
	 */
	constructor(onChange: () => void, onState: (state: State) => void) {
		this.#onChange = onChange;
		this.#stills = new Stills({ onStill: (jpeg, timestamp) => this.#show(jpeg, timestamp), onState });
		this.#picture = new Picture(
			this.#canvas,
			(jpeg) => this.#painted(jpeg),
			() => this.#lost({ reason: "the pictures are damaged", told: true }),
		);
		this.#picture.turns = recallTurns();
		this.#stream = new LiveStream({
			// The bytes of /stream under another type: WebKit cancels a fetch of multipart/x-mixed-replace.
			url: "api/stream",
			onPart: ({ fields, content }) => {
				const timestamp = Number(fields.get("x-timestamp"));
				// The last image again: there is no new one, and the device checks whether the viewer is still there.
				if (timestamp === this.#newest) return;
				this.#newest = timestamp;
				this.#stills.stop();
				this.#show(new Blob([content], { type: "image/jpeg" }), timestamp);
			},
			onLost: (loss) => this.#lost(loss),
		});
		this.#record = new RecordButton(this.#canvas);
		this.#setUpButtons();
		setInterval(() => {
			if (!this.#paused && !this.#asleep) void this.#askTime();
		}, CLOCK_INTERVAL_MS);
		this.#run();
	}

	get paused(): boolean {
		return this.#paused;
	}

	get recording(): boolean {
		return this.#record.recording;
	}

	/** Whether there is a picture and no sign that it has stopped. */
	get live(): boolean {
		return this.#moved !== undefined && this.#loss === undefined;
	}

	/** When the last image since the start of the stream was painted, in milliseconds of the browser's clock. */
	get moved(): number | undefined {
		return this.#moved;
	}

	/** Whether the picture has moved recently. */
	get moving(): boolean {
		return this.#moved !== undefined && performance.now() - this.#moved < RECENT_MS;
	}

	/** Whether the stream has been awaited for long, and nothing of it has come. */
	get silent(): boolean {
		const { awaitedSince } = this.#stream;
		return awaitedSince !== undefined && performance.now() - awaitedSince > SILENT_MS;
	}

	/** Whether it shows stills, since all places for streams are taken. */
	get still(): boolean {
		return this.#stills.running && this.moving;
	}

	/** Why there is no stream. */
	get loss(): Loss | undefined {
		return this.#loss;
	}

	get measured(): Measured {
		const now = performance.now();
		return { size: this.#picture.size, fps: this.#rate.perSecond(now), latency: this.#rate.mean(now) };
	}

	/** Whether there is something to record. */
	set recordable(recordable: boolean) {
		this.#record.possible = recordable;
	}

	/** Whether the picture was moving and stands still now, although nothing says why. */
	get stalled(): boolean {
		if (this.#moved === undefined) return false;
		const usual = this.#usualInterval;
		return performance.now() - this.#moved > Math.max(STALL_MS, 3 * usual);
	}

	/** Requests a lost stream again at once. */
	hurry(): void {
		if (this.#loss !== undefined) this.#stream.restart();
	}

	/** Whether nobody sees the picture: then the page frees its connection for others. */
	set asleep(asleep: boolean) {
		this.#asleep = asleep;
		this.#run();
	}

	/**
	 * Called when the device is reachable, perhaps again. The stream may be dead but not ended, and the clock reset.
	 */
	connected(): void {
		if (!this.moving) this.#stream.restart();
		// The fastest of a few answers counts.
		void this.#askTime()
			.then(() => this.#askTime())
			.then(() => this.#askTime());
	}

	/** Called when the device seems unreachable. A stream that stands still is over then, even if it has not ended. */
	disconnected(): void {
		if (this.moving) return;
		this.#loss ??= { reason: "the connection is lost", told: false };
	}

	#run(): void {
		if (this.#paused || this.#asleep) {
			this.#stream.stop();
			this.#stills.stop();
			this.#moved = undefined;
			this.#usualInterval = 0;
			this.#loss = undefined;
		} else this.#stream.start();
		this.#onChange();
	}

	#show(jpeg: Blob, timestamp: number): void {
		this.#timestamps.set(jpeg, timestamp);
		this.#picture.show(jpeg);
	}

	#lost(loss: Loss): void {
		this.#newest = undefined;
		this.#loss = loss;
		if (loss.busy) this.#stills.start();
		else this.#stills.stop();
		this.#onChange();
	}

	#painted(jpeg: Blob): void {
		const now = performance.now();
		const deviceNow = this.#clock.at(now / 1_000);
		this.#rate.count(
			now,
			deviceNow === undefined ? undefined : Math.max(0, deviceNow - this.#timestamps.get(jpeg)!),
		);
		this.#shown = jpeg;
		byId("snapshot", HTMLButtonElement).disabled = false;
		// The last image may have been decoded after the stream was stopped.
		if (this.#paused || this.#asleep) return;
		const wasLive = this.live;
		if (this.#moved !== undefined) this.#usualInterval = Math.max(now - this.#moved, 0.8 * this.#usualInterval);
		this.#moved = now;
		if (!this.#stills.running) this.#loss = undefined;
		if (!wasLive) this.#onChange();
	}

	async #askTime(): Promise<void> {
		const sent = performance.now() / 1_000;
		try {
			const { uptime } = await readState();
			this.#clock.add(sent, performance.now() / 1_000, uptime);
		} catch {
			// The events notice if the device does not answer.
		}
	}

	#setUpButtons(): void {
		const on = (id: string, action: () => void): HTMLButtonElement => {
			const button = byId(id, HTMLButtonElement);
			button.addEventListener("click", action);
			return button;
		};
		const pause = on("pause", () => {
			this.#paused = !this.#paused;
			setButton(pause, this.#paused ? "Resume" : "Pause", this.#paused);
			this.#canvas.ariaLabel = this.#paused ? "Picture of the camera, paused" : "Live picture of the camera";
			this.#run();
		});
		on("snapshot", () => void this.#snapshot());
		on("rotate", () => {
			this.#picture.turns = ((this.#picture.turns + 1) % 4) as Turns;
			rememberTurns(this.#picture.turns);
		});
		const full = new FullScreen(byId("figure", HTMLElement), (filled) => {
			setButton(fullButton, filled ? "Leave" : "Full screen", filled);
			leave.hidden = !filled;
		});
		const fullButton = on("full-screen", () => void full.toggle());
		const leave = on("leave", () => {
			void full.toggle();
			fullButton.focus();
		});
	}

	/** Saves exactly the image on the screen, in its original quality. */
	async #snapshot(): Promise<void> {
		if (!this.#shown) return;
		const jpeg = new Uint8Array(await this.#shown.arrayBuffer());
		saveFile(new Blob(turned(jpeg, this.#picture.turns), { type: "image/jpeg" }), "jpg");
	}
}
