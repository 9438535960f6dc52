import { givenName } from "../camera-name.ts";
import { readState } from "../connection/api.ts";
import { DeviceClock } from "../connection/device-clock.ts";
import { byId } from "../dom.ts";
import { annotated } from "../../src/mjpeg/exif.ts";
import { recall, remember } from "../memory.ts";
import { captionTime } from "./caption.ts";
import { FullScreen } from "./full-screen.ts";
import { Picture } from "./picture.ts";
import { Rate } from "./rate.ts";
import { RecordButton } from "./record-button.ts";
import { saveFile } from "./save-file.ts";
import { setButton } from "./toggle-button.ts";
import { setUpZoom } from "./zoom.ts";

/** A picture that moved this recently is live, whatever other sources say. */
const RECENT_MS = 3_000;
/** A picture that has not moved for so long stands still, at any rate of at least four pictures a second. */
const STALL_MS = 750;
/** The quality of a snapshot that has the time written on it. */
const WRITTEN_QUALITY = 0.92;
/** How often the device's clock is read. */
const CLOCK_INTERVAL_MS = 20_000;

export interface Measured {
	readonly size: { readonly width: number; readonly height: number } | undefined;
	/** The rate of the images shown; undefined if none are to be shown. */
	readonly fps: number | undefined;
	/** Seconds from the capture of an image until it is painted. Same. */
	readonly latency: number | undefined;
}

/** The live picture and what can be done with it: pause, snapshot, recording, rotation, full screen. */
export class Viewfinder {
	readonly #clock = new DeviceClock();
	readonly #rate = new Rate();
	readonly #canvas = byId("canvas", HTMLCanvasElement);
	readonly #picture: Picture;
	readonly #record: RecordButton;
	/** When each JPEG was captured, by the device's clock. */
	readonly #timestamps = new WeakMap<Blob, number>();
	/** The same by the browser's clock, in milliseconds. */
	readonly #times = new WeakMap<Blob, number>();
	readonly #onChange: () => void;
	#shown: Blob | undefined;
	#moved: number | undefined;
	/** Milliseconds: about the longest of the last intervals between two pictures. */
	#usualInterval = 0;
	#paused = false;
	#asleep = false;
	#damaged = false;
	#captioned = false;

	/** @param onChange Called when the picture becomes live, stops being live, is paused or resumed. */
	constructor(onChange: () => void) {
		this.#onChange = onChange;
		this.#picture = new Picture(
			this.#canvas,
			(jpeg) => this.#painted(jpeg),
			() => {
				this.#damaged = true;
				this.#onChange();
			},
		);
		this.#record = new RecordButton(this.#canvas);
		this.#setUpButtons();
		setInterval(() => {
			if (!this.#paused && !this.#asleep) void this.#askTime();
		}, CLOCK_INTERVAL_MS);
	}

	get paused(): boolean {
		return this.#paused;
	}

	get recording(): boolean {
		return this.#record.recording;
	}

	/** When the last image was painted since the stream began, in milliseconds of the browser's clock. */
	get moved(): number | undefined {
		return this.#moved;
	}

	/** Whether the picture has moved recently. */
	get moving(): boolean {
		return this.#moved !== undefined && performance.now() - this.#moved < RECENT_MS;
	}

	/** Whether the pictures that come cannot be decoded. */
	get damaged(): boolean {
		return this.#damaged;
	}

	get measured(): Measured {
		const now = performance.now(),
			{ size } = this.#picture;
		// The last of the pictures that have come are still being counted.
		if (this.#paused) return { size, fps: undefined, latency: undefined };
		return { size, fps: this.#rate.perSecond(now), latency: this.#rate.mean(now) };
	}

	/** Quarter turns clockwise that make the picture upright. */
	get turns(): number {
		return this.#picture.turns;
	}

	set turns(turns: number) {
		this.#picture.turns = turns;
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

	/** Whether nobody sees the picture. */
	set asleep(asleep: boolean) {
		this.#asleep = asleep;
		this.lost();
	}

	/** Called when the device is reachable, perhaps again: its clock may be another. */
	connected(): void {
		// The fastest of a few answers counts.
		void this.#askTime()
			.then(() => this.#askTime())
			.then(() => this.#askTime());
	}

	/** Called when the pictures have ended. */
	lost(): void {
		this.#moved = undefined;
		this.#usualInterval = 0;
		this.#damaged = false;
		this.#onChange();
	}

	/** Shows a picture that was captured at that time, in seconds of the device's clock. */
	show(jpeg: Blob, timestamp: number): void {
		this.#timestamps.set(jpeg, timestamp);
		const age = (this.#clock.at(performance.now() / 1_000) ?? timestamp) - timestamp;
		this.#times.set(jpeg, Date.now() - 1_000 * Math.max(0, age));
		this.#picture.show(jpeg);
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
		const wasLive = this.#moved !== undefined && !this.#damaged;
		if (this.#moved !== undefined) this.#usualInterval = Math.max(now - this.#moved, 0.8 * this.#usualInterval);
		this.#moved = now;
		this.#damaged = false;
		if (!wasLive) this.#onChange();
	}

	async #askTime(): Promise<void> {
		const sent = performance.now() / 1_000;
		try {
			const { time, uptime } = await readState();
			this.#clock.add(sent, performance.now() / 1_000, time ?? uptime);
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
			this.lost();
		});
		on("snapshot", () => void this.#snapshot());
		const caption = on("caption", () => {
			remember("caption", this.#captioned ? "" : "on");
			this.#captioned = !this.#captioned;
			this.#showCaption(caption);
		});
		this.#captioned = recall("caption") === "on";
		this.#showCaption(caption);
		setUpZoom();
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

	/** Writes the camera's name and the time on the picture, or no longer. */
	#showCaption(button: HTMLButtonElement): void {
		button.classList.toggle("on", this.#captioned);
		button.ariaPressed = String(this.#captioned);
		this.#picture.caption = this.#captioned
			? (jpeg) => `${givenName()} ${captionTime(this.#times.get(jpeg)!)}`.trim()
			: undefined;
	}

	/** Saves exactly the image on the screen, in its original quality unless something is written on it. */
	async #snapshot(): Promise<void> {
		if (!this.#shown) return;
		if (this.#captioned) {
			this.#canvas.toBlob((jpeg) => jpeg && saveFile(jpeg, "jpg"), "image/jpeg", WRITTEN_QUALITY);
			return;
		}
		const jpeg = new Uint8Array(await this.#shown.arrayBuffer());
		const pieces = annotated(jpeg, this.#picture.turns) as Uint8Array<ArrayBuffer>[];
		saveFile(new Blob(pieces, { type: "image/jpeg" }), "jpg");
	}
}
