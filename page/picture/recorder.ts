/**
 * In order of preference: H.264 in MP4 (RFC 6381; the high profile, level 5.1) plays everywhere. Without the codec, browsers put
 * others into MP4, which few programs play.
 */
const TYPES = ["video/mp4;codecs=avc1.640033", "video/webm;codecs=vp9", "video/webm"];

/** Bits per second: enough for the noise of a small sensor. */
const BIT_RATE = 5_000_000;

/** Records the canvas as video. */
export class Recorder {
	readonly #recorder: MediaRecorder;
	readonly #began = performance.now();

	/** Resolves to the film so far, when the recording is stopped or the browser gives up. */
	readonly film: Promise<Blob>;

	static get supported(): boolean {
		return "MediaRecorder" in window && "captureStream" in HTMLCanvasElement.prototype;
	}

	/** Throws if the browser turns out to be unable to record. */
	constructor(canvas: HTMLCanvasElement) {
		const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
		const recorder = (this.#recorder = new MediaRecorder(canvas.captureStream(), {
			...(mimeType && { mimeType }),
			videoBitsPerSecond: BIT_RATE,
		}));
		const pieces: Blob[] = [];
		recorder.ondataavailable = ({ data }) => pieces.push(data);
		this.film = new Promise((resolve) => {
			// Also called after an error.
			recorder.onstop = () => {
				for (const track of recorder.stream.getTracks()) track.stop();
				resolve(new Blob(pieces, { type: recorder.mimeType }));
			};
		});
		// In pieces, so that the browser need not keep the recording in memory.
		recorder.start(1_000);
	}

	/** The length of the recording so far. */
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
