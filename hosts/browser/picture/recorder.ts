/** The first that the browser can write: MP4 plays everywhere. */
const types = ["video/mp4", "video/webm;codecs=vp9", "video/webm"];

/** Bits per second: enough for the noise of a small sensor. */
const bitRate = 8_000_000;

/** Records what the canvas shows, as video. */
export class Recorder {
	readonly #recorder: MediaRecorder;
	readonly #began = performance.now();
	readonly #content: Promise<Blob>;

	static get supported(): boolean {
		return "MediaRecorder" in window && "captureStream" in HTMLCanvasElement.prototype;
	}

	constructor(canvas: HTMLCanvasElement) {
		const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
		this.#recorder = new MediaRecorder(canvas.captureStream(), { ...mimeType && { mimeType }, videoBitsPerSecond: bitRate });
		const pieces: Blob[] = [];
		this.#recorder.ondataavailable = ({ data }) => pieces.push(data);
		this.#content = new Promise((resolve) => {
			this.#recorder.onstop = () => resolve(new Blob(pieces, { type: this.#recorder.mimeType }));
		});
		// In pieces, so that what has been recorded need not stay in memory.
		this.#recorder.start(1_000);
	}

	/** So far. */
	get seconds(): number {
		return (performance.now() - this.#began) / 1_000;
	}

	get extension(): string {
		return this.#recorder.mimeType.startsWith("video/mp4") ? "mp4" : "webm";
	}

	stop(): Promise<Blob> {
		if (this.#recorder.state !== "inactive")
			this.#recorder.stop();
		for (const track of this.#recorder.stream.getTracks())
			track.stop();
		return this.#content;
	}
}
