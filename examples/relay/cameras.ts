import Timer from "timer";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";

export interface RelayedCamera {
	readonly pictures: PictureSource;
	readonly stream: MjpegStream;
	/** Checks of all cameras since it last sent a picture or somebody watched it. */
	idle: number;
}

/** Two checks span the time that a camera is given. The third forgets it, late by at most half of that time. */
const LOOKS = 3;

/** The cameras by name. Forgets a camera that sends nothing for a while and that nobody watches. */
export class Cameras {
	readonly #cameras = new Map<string, RelayedCamera>();
	readonly #most: number;

	/** @param patience Seconds after which a camera is forgotten, at the earliest. */
	constructor(most: number, patience: number) {
		this.#most = most;
		Timer.repeat(() => this.look(), (1_000 * patience) / (LOOKS - 1));
	}

	get names(): string[] {
		return [...this.#cameras.keys()];
	}

	get(name: string): RelayedCamera | undefined {
		return this.#cameras.get(name);
	}

	/** Whether a camera of this name may send. */
	takes(name: string): boolean {
		return this.#cameras.has(name) || this.#cameras.size < this.#most;
	}

	/** @throws RangeError if `jpeg` is not a whole JPEG; then a new camera is not added. */
	show(name: string, jpeg: Uint8Array): void {
		let camera = this.#cameras.get(name);
		if (!camera) {
			const pictures = new PictureSource();
			camera = { pictures, stream: new MjpegStream(pictures), idle: 0 };
		}
		camera.pictures.write(jpeg);
		camera.idle = 0;
		this.#cameras.set(name, camera);
	}

	private look(): void {
		for (const [name, camera] of this.#cameras) {
			camera.idle = camera.stream.viewers.length ? 0 : camera.idle + 1;
			if (camera.idle < LOOKS) continue;
			this.#cameras.delete(name);
			camera.pictures.close();
		}
	}
}
