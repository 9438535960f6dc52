import { byId } from "../dom.ts";
import { Recorder } from "./recorder.ts";
import { saveFile } from "./save-file.ts";
import { setButton } from "./toggle-button.ts";

/** The length of one file: a browser may keep all of it in memory, and a phone has little. */
const MAX_SECONDS = 900;

/** Records to files, from one click to the next, and starts a new file each quarter of an hour. */
export class RecordButton {
	readonly #button = byId("record", HTMLButtonElement);
	readonly #error = byId("picture-error", HTMLElement);
	readonly #canvas: HTMLCanvasElement;
	#recorder: Recorder | undefined;
	#possible = false;
	/** The timer that shows the length during a recording. */
	#clock: number | undefined;

	constructor(canvas: HTMLCanvasElement) {
		this.#canvas = canvas;
		this.#button.hidden = !Recorder.supported;
		this.#button.addEventListener("click", () => (this.#recorder ? this.#recorder.stop() : this.#start()));
		window.addEventListener("beforeunload", (event) => {
			if (this.#recorder) {
				event.preventDefault();
				// Browsers before 2024 ask the user only if this is set.
				event.returnValue = true;
			}
		});
	}

	get recording(): boolean {
		return this.#recorder !== undefined;
	}

	/** Whether there is anything to record: a picture that stands still makes no film. */
	set possible(possible: boolean) {
		this.#possible = possible;
		this.#show();
	}

	#start(): void {
		this.#error.textContent = "";
		try {
			const recorder = (this.#recorder = new Recorder(this.#canvas));
			this.#clock = window.setInterval(() => this.#show(), 250);
			void recorder.film.then((film) => this.#ended(recorder, film));
		} catch (error) {
			this.#error.textContent = `This browser cannot record: ${(error as Error).message}`;
		}
		this.#show();
	}

	/** Called after the button, after a quarter of an hour, or when the browser cannot go on. */
	#ended(recorder: Recorder, film: Blob): void {
		this.#recorder = undefined;
		clearInterval(this.#clock);
		if (film.size > 0) saveFile(film, recorder.extension);
		else this.#error.textContent = "There was nothing to record";
		if (recorder.seconds >= MAX_SECONDS) this.#start();
		this.#show();
	}

	#show(): void {
		const recorder = this.#recorder;
		this.#button.disabled = !recorder && !this.#possible;
		setButton(this.#button, recorder ? `Stop ${elapsed(recorder.seconds)}` : "Record", recorder !== undefined);
		if (recorder && recorder.seconds >= MAX_SECONDS) recorder.stop();
	}
}

/** Formats seconds as in 1:05. */
function elapsed(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
}
