import { readState } from "../connection/api.ts";
import { DeviceClock } from "../connection/device-clock.ts";
import { LiveStream, type Loss } from "../connection/live-stream.ts";
import { byId } from "../dom.ts";
import { type Turns, turned } from "./exif-orientation.ts";
import { FullScreen } from "./full-screen.ts";
import { Picture } from "./picture.ts";
import { Rate } from "./rate.ts";
import { Recorder } from "./recorder.ts";
import { saveFile } from "./save-file.ts";

/** Milliseconds between two questions for the device's clock. */
const clockInterval = 20_000;

const turnsKey = "yieldcam.turns";

export interface Measured {
	readonly size: { readonly width: number; readonly height: number } | undefined;
	/** Of the images shown. */
	readonly fps: number;
	/** Seconds from the capture of an image to its being painted. */
	readonly latency: number | undefined;
}

/** The live picture and what can be done with it: pause, snapshot, recording, rotation, full screen. */
export class Viewfinder {
	readonly #clock = new DeviceClock();
	readonly #rate = new Rate();
	readonly #canvas = byId("canvas", HTMLCanvasElement);
	readonly #stream: LiveStream;
	readonly #picture: Picture;
	/** When each JPEG was captured, by the device's clock. */
	readonly #timestamps = new WeakMap<Blob, number>();
	readonly #onChange: () => void;
	#shown: Blob | undefined;
	#recorder: Recorder | undefined;
	#paused = false;
	#lost: Loss | undefined;
	#asleep = false;

	/** @param onChange Called when it begins or ceases to be live. */
	constructor(onChange: () => void) {
		this.#onChange = onChange;
		this.#picture = new Picture(this.#canvas, (jpeg) => this.#painted(jpeg));
		this.#picture.turns = savedTurns();
		this.#stream = new LiveStream({
			url: "/stream",
			onPart: ({ fields, content }) => {
				const jpeg = new Blob([content], { type: "image/jpeg" });
				this.#timestamps.set(jpeg, Number(fields.get("x-timestamp")));
				this.#picture.show(jpeg);
			},
			onLost: (loss) => {
				this.#lost = loss;
				onChange();
			},
		});
		this.#setUpButtons();
		setInterval(() => {
			if (!this.#paused && !this.#asleep)
				void this.#askTime();
		}, clockInterval);
		this.#stream.start();
	}

	get paused(): boolean {
		return this.#paused;
	}

	/** Whether there is a picture, and it moves as far as anybody knows. */
	get live(): boolean {
		return !this.#paused && this.#shown !== undefined && this.#lost === undefined;
	}

	/** Why there is no stream. */
	get lost(): Loss | undefined {
		return this.#lost;
	}

	get recording(): boolean {
		return this.#recorder !== undefined;
	}

	get measured(): Measured {
		const now = performance.now();
		return { size: this.#picture.size, fps: this.#rate.perSecond(now), latency: this.#rate.mean(now) };
	}

	/** The device can be reached, perhaps again: the stream may be dead without having ended, and the clock another. */
	connected(): void {
		if (this.#lost !== undefined)
			this.#stream.restart();
		void this.#askTime();
	}

	/** The device cannot be reached: whatever the stream still seems to be, it is over. */
	disconnected(): void {
		this.#lost ??= { reason: "the connection is lost", told: false };
		this.#onChange();
	}

	/** Whether anybody sees it: if not, it gives its place at the camera to others. */
	set asleep(asleep: boolean) {
		this.#asleep = asleep;
		this.#run();
	}

	#run(): void {
		if (this.#paused || this.#asleep)
			this.#stream.stop();
		else
			this.#stream.start();
	}

	#painted(jpeg: Blob): void {
		const now = performance.now();
		const deviceNow = this.#clock.at(now / 1_000);
		this.#rate.count(now, deviceNow === undefined ? undefined : Math.max(0, deviceNow - this.#timestamps.get(jpeg)!));
		const wasLive = this.live;
		this.#shown = jpeg;
		this.#lost = undefined;
		if (!wasLive) {
			for (const id of ["snapshot", "record"])
				byId(id, HTMLButtonElement).disabled = false;
			this.#onChange();
		}
	}

	async #askTime(): Promise<void> {
		const sent = performance.now() / 1_000;
		try {
			const { uptime } = await readState();
			this.#clock.add(sent, performance.now() / 1_000, uptime);
		}
		catch {
			// Whether the device answers is the events' business.
		}
	}

	#setUpButtons(): void {
		const on = (id: string, action: () => void): HTMLButtonElement => {
			const button = byId(id, HTMLButtonElement);
			button.addEventListener("click", action);
			return button;
		};
		const label = (button: HTMLButtonElement, text: string, pressed: boolean): void => {
			button.querySelector("span")!.textContent = text;
			button.classList.toggle("on", pressed);
		};

		const pause = on("pause", () => {
			this.#paused = !this.#paused;
			label(pause, this.#paused ? "Resume" : "Pause", this.#paused);
			this.#run();
			this.#onChange();
		});
		on("snapshot", () => void this.#snapshot());
		const record = on("record", () => {
			if (this.#recorder)
				return void this.#stopRecording();
			this.#recorder = new Recorder(this.#canvas);
			const timer = setInterval(() => {
				if (!this.#recorder) {
					clearInterval(timer);
					label(record, "Record", false);
				}
				else
					label(record, `Stop ${elapsed(this.#recorder.seconds)}`, true);
			}, 250);
			label(record, `Stop ${elapsed(0)}`, true);
		});
		record.hidden = !Recorder.supported;
		window.addEventListener("beforeunload", (event) => {
			if (this.#recorder)
				event.preventDefault();
		});
		on("rotate", () => {
			this.#picture.turns = (this.#picture.turns + 1) % 4 as Turns;
			localStorage.setItem(turnsKey, String(this.#picture.turns));
		});
		const fullButton = on("full-screen", () => void full.toggle());
		const full = new FullScreen(byId("viewfinder", HTMLElement), (filled) => label(fullButton, filled ? "Leave" : "Full screen", filled));
	}

	/** The very image that is on the screen, with its quality. */
	async #snapshot(): Promise<void> {
		if (!this.#shown)
			return;
		const jpeg = new Uint8Array(await this.#shown.arrayBuffer());
		saveFile(new Blob(turned(jpeg, this.#picture.turns), { type: "image/jpeg" }), "jpg");
	}

	async #stopRecording(): Promise<void> {
		const recorder = this.#recorder!;
		this.#recorder = undefined;
		saveFile(await recorder.stop(), recorder.extension);
	}
}

function savedTurns(): Turns {
	const turns = Number(localStorage.getItem(turnsKey));
	return turns === 1 || turns === 2 || turns === 3 ? turns : 0;
}

/** As in 1:05. */
function elapsed(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
}
