/** The first that the browser can write: MP4 plays everywhere. */
const TYPES = ["video/mp4", "video/webm;codecs=vp9", "video/webm"];

/** Bits per second: enough for the noise of a small sensor. */
const BIT_RATE = 5_000_000;

/** Records what the canvas shows, as video. */
export class Recorder {
	readonly #recorder: MediaRecorder;
	readonly #began = performance.now();

	/** The film, once it has been stopped, or the browser has given up: what there is till then. */
	readonly film: Promise<Blob>;

	static get supported(): boolean {
		return "MediaRecorder" in window && "captureStream" in HTMLCanvasElement.prototype;
	}

	/** Throws where the browser cannot record after all. */
	constructor(canvas: HTMLCanvasElement) {
		const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
		const recorder = (this.#recorder = new MediaRecorder(canvas.captureStream(), {
			...(mimeType && { mimeType }),
			videoBitsPerSecond: BIT_RATE,
		}));
		const pieces: Blob[] = [];
		recorder.ondataavailable = ({ data }) => pieces.push(data);
		this.film = new Promise((resolve) => {
			// After an error, too.
			recorder.onstop = () => {
				for (const track of recorder.stream.getTracks()) track.stop();
				resolve(new Blob(pieces, { type: recorder.mimeType }));
			};
		});
		// In pieces, so that what has been recorded need not stay in memory.
		recorder.start(1_000);
	}

	/** So far. */
	get seconds(): number {
		return (performance.now() - this.#began) / 1_000;
	}

	get extension(): string {
		return this.#recorder.mimeType.startsWith("video/mp4") ? "mp4" : "webm";
	}

	stop(): void {
		if (this.#recorder.state !== "inactive") this.#recorder.stop();
	}
}
